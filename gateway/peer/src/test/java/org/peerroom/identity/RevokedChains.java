package org.peerroom.identity;

import static org.peerroom.identity.ForgedJws.NOW;
import static org.peerroom.identity.Refusal.Reason.REVOKED;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Good chains of which somebody took back a link. */
final class RevokedChains {

  private static final TestKey[] SIGNERS_OF_FOUR = {
    ForgedChain.AUTHORITY, ForgedChain.ORGANISATION, ForgedChain.UNIT, ForgedChain.ALICE
  };

  private RevokedChains() {}

  static Stream<BadChain> all() {
    BadChains chains = new BadChains("revoked");
    for (int length = 2; length <= 4; length++) {
      for (int link = 1; link <= length; link++) {
        for (boolean byKey : new boolean[] {true, false}) {
          for (Purpose purpose : List.of(Purpose.IDENTIFY, Purpose.PUBLISH, Purpose.SUBSCRIBE)) {
            ForgedChain chain = ForgedChain.ofLength(length);
            String name = "link " + link + " of " + length + (byKey ? " by key, " : " by id, ");
            chains.add(
                name + purpose,
                chain,
                Question.of(purpose).knowing(listWith(revocation(chain, link, byKey))),
                REVOKED);
          }
        }
      }
    }
    return chains.all().stream();
  }

  static TestKey signer(int length, int link) {
    if (link == 1) {
      return SIGNERS_OF_FOUR[0];
    }
    return link == length ? SIGNERS_OF_FOUR[3] : SIGNERS_OF_FOUR[link - 1];
  }

  /** Signed by the signer of that link, with the certificates before it. */
  static String revocation(ForgedChain chain, int link, boolean byKey) {
    String target = byKey ? "{\"key\":" : "{\"jti\":";
    String member = byKey ? key(chain.link(link)) : member(chain.link(link), "jti");
    List<String> lines = new ArrayList<>(chain.texts().subList(0, link - 1));
    lines.add(statement(signer(chain.size(), link)).claim("revokes", target + member + "}").text());
    return String.join("\n", lines);
  }

  /** A statement of this signer, which lacks only what it revokes. */
  static ForgedJws statement(TestKey signer) {
    return ForgedJws.of(Revocation.TYPE, signer, java.util.Map.of())
        .claim("iss", ForgedJws.quoted(signer.hex()))
        .claim("iat", NOW.getEpochSecond() - 60)
        .claim("exp", NOW.getEpochSecond() + 86_400)
        .claim("jti", "\"revocation-1\"");
  }

  private static String key(ForgedJws link) {
    try {
      return ForgedJws.quoted(Certificate.parse(link.text()).key().hex());
    } catch (RefusedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String member(ForgedJws link, String name) {
    String json = link.json();
    int start = json.indexOf('"' + name + "\":") + name.length() + 3;
    return json.substring(start, json.indexOf('"', start + 1) + 1);
  }

  static RevocationList listWith(String... revocations) {
    RevocationList list = RevocationList.create();
    try {
      for (String text : revocations) {
        Revocation revocation = Revocation.parse(text);
        if (list.add(revocation, Question.TRUSTED, NOW, ChainVerifier.create())
            != RevocationList.Added.NEW) {
          throw new IllegalStateException(revocation + " is not taken");
        }
      }
    } catch (RefusedException e) {
      throw new IllegalStateException(e.refusal().toString(), e);
    }
    return list;
  }
}
