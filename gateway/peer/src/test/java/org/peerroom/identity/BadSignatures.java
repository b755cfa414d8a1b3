package org.peerroom.identity;

import static org.peerroom.identity.Refusal.Reason.BAD_SIGNATURE;
import static org.peerroom.identity.Refusal.Reason.MALFORMED;
import static org.peerroom.identity.Refusal.Reason.TOO_MANY_LINKS;
import static org.peerroom.identity.Refusal.Reason.WRONG_ALGORITHM;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.peerroom.identity.Refusal.Reason;

/** Chains with a link that is not signed by the key that it names, or not encoded as it must be. */
final class BadSignatures {

  private static final Reason[] UNSIGNED = {BAD_SIGNATURE, MALFORMED};

  /** The order of the base point, little-endian (RFC 8032, section 5.1). */
  private static final byte[] ORDER =
      HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

  private BadSignatures() {}

  static Stream<BadChain> all() {
    return Stream.of(forged(), sizes(), malleated(), encodings(), parts(), truncated())
        .map(BadChains::all)
        .flatMap(List::stream);
  }

  private static BadChains forged() {
    BadChains chains = new BadChains("forged");
    for (int signer : new int[] {0, 1, 2, 3, 4, 50, 51, 52, 98, 99}) {
      for (int length = 2; length <= 4; length++) {
        for (int link = 1; link <= length; link++) {
          ForgedChain good = ForgedChain.ofLength(length);
          ForgedChain forged = good.with(link, jws -> jws.signedBy(TestKey.of(signer)));
          if (!forged.text().equals(good.text())) {
            String name = "link " + link + " of " + length + " signed by key " + signer;
            chains.add(name, forged, BAD_SIGNATURE);
          }
        }
      }
    }
    for (String change : List.of("alice", "Acme", "\"nbf\":17", "\"jti\":\"id-")) {
      for (int link = 1; link <= 3; link++) {
        String[] links = ForgedChain.ofLength(3).texts().toArray(String[]::new);
        ForgedJws changed =
            ForgedChain.ofLength(3)
                .link(link)
                .json(json -> json.replace(change, changedText(change)));
        String[] parts = links[link - 1].split("\\.", -1);
        if (!changed.text().equals(links[link - 1])) {
          links[link - 1] = parts[0] + '.' + changed.text().split("\\.", -1)[1] + '.' + parts[2];
          chains.add(
              change + " changed after signing, link " + link,
              String.join("\n", links),
              BAD_SIGNATURE);
        }
      }
    }
    chains.spoilEach(
        "over the decoded JSON",
        link -> link.signature(old -> signerOf(link).sign(ForgedJws.utf8(link.json()))),
        BAD_SIGNATURE);
    chains.spoilEach(
        "over the claims alone",
        link ->
            link.signature(
                old -> signerOf(link).sign(ForgedJws.utf8(link.text().split("\\.", -1)[1]))),
        BAD_SIGNATURE);
    chains.spoilEach(
        "over nothing", link -> link.signature(old -> signerOf(link).sign(new byte[0])), UNSIGNED);
    return chains;
  }

  /** Still a good claim, but another one. */
  private static String changedText(String text) {
    return text.endsWith("17") ? text.replace("17", "16") : text + "x";
  }

  private static TestKey signerOf(ForgedJws link) {
    for (int number : new int[] {0, 1, 2, 3}) {
      if (link.json().startsWith("{\"iss\":\"" + TestKey.of(number).hex())) {
        return TestKey.of(number);
      }
    }
    throw new IllegalStateException("signed by nobody known");
  }

  private static BadChains sizes() {
    BadChains chains = new BadChains("size of the signature");
    for (int size : new int[] {0, 1, 31, 32, 63, 65, 66, 96, 128, 1000}) {
      chains.spoilEach(
          size + " bytes", link -> link.signature(s -> Arrays.copyOf(s, size)), UNSIGNED);
    }
    chains.spoilEach(
        "a byte before",
        link ->
            link.signature(
                s -> {
                  byte[] longer = new byte[65];
                  System.arraycopy(s, 0, longer, 1, 64);
                  return longer;
                }),
        UNSIGNED);
    chains.spoilEach(
        "twice",
        link ->
            link.signature(
                s -> {
                  byte[] twice = Arrays.copyOf(s, 128);
                  System.arraycopy(s, 0, twice, 64, 64);
                  return twice;
                }),
        UNSIGNED);
    chains.spoilEach(
        "as hex",
        link ->
            link.signature(s -> HexFormat.of().formatHex(s).getBytes(StandardCharsets.US_ASCII)),
        UNSIGNED);
    return chains;
  }

  private static BadChains malleated() {
    BadChains chains = new BadChains("signature changed");
    for (int times : new int[] {1, 2, 3, 7, 14}) {
      chains.spoilEach(
          "S + " + times + " L", link -> link.signature(s -> plusOrder(s, times)), BAD_SIGNATURE);
    }
    for (int bit : new int[] {0, 1, 7, 100, 254, 255, 256, 257, 300, 480, 508, 509, 510, 511}) {
      chains.spoilEach(
          "bit " + bit,
          link ->
              link.signature(
                  s -> {
                    s[bit / 8] ^= (byte) (1 << (bit % 8));
                    return s;
                  }),
          BAD_SIGNATURE);
    }
    Map<String, UnaryOperator<byte[]>> changes =
        Map.of(
            "all zero", s -> new byte[64],
            "all ones", s -> filled(s, 0, 64, 0xff),
            "R zero", s -> filled(s, 0, 32, 0),
            "R neutral", s -> withFirst(filled(s, 0, 32, 0), 1),
            "R neutral, S zero", s -> withFirst(new byte[64], 1),
            "R not reduced", s -> withFirst(filled(s, 0, 32, 0xff), 0xee),
            "S zero", s -> filled(s, 32, 64, 0),
            "S the order", s -> withS(s, ORDER),
            "S all ones", s -> filled(s, 32, 64, 0xff),
            "halves swapped", BadSignatures::swapped);
    changes.forEach(
        (name, change) -> chains.spoilEach(name, link -> link.signature(change), BAD_SIGNATURE));
    return chains;
  }

  private static byte[] plusOrder(byte[] signature, int times) {
    byte[] sum = signature.clone();
    for (int round = 0; round < times; round++) {
      int carry = 0;
      for (int i = 0; i < 32; i++) {
        int digit = (sum[32 + i] & 0xff) + (ORDER[i] & 0xff) + carry;
        sum[32 + i] = (byte) digit;
        carry = digit >> 8;
      }
    }
    return sum;
  }

  private static byte[] filled(byte[] bytes, int from, int to, int value) {
    byte[] filled = bytes.clone();
    Arrays.fill(filled, from, to, (byte) value);
    return filled;
  }

  private static byte[] withFirst(byte[] bytes, int value) {
    bytes[0] = (byte) value;
    return bytes;
  }

  private static byte[] withS(byte[] signature, byte[] s) {
    byte[] changed = signature.clone();
    System.arraycopy(s, 0, changed, 32, 32);
    return changed;
  }

  private static byte[] swapped(byte[] signature) {
    byte[] changed = new byte[64];
    System.arraycopy(signature, 0, changed, 32, 32);
    System.arraycopy(signature, 32, changed, 0, 32);
    return changed;
  }

  /** The right bytes, written otherwise: each would be a second text of the same certificate. */
  private static BadChains encodings() {
    BadChains chains = new BadChains("encoding of the parts");
    Map<String, UnaryOperator<String>> changes =
        Map.of(
            "padded", part -> part + "=".repeat(4 - part.length() % 4),
            "a = inside", part -> part.substring(0, 8) + '=' + part.substring(8),
            "a space before", part -> ' ' + part,
            "a space after", part -> part + ' ',
            "a tab", part -> part.substring(0, 8) + '\t' + part.substring(8),
            "a line end inside", part -> part.substring(0, 8) + '\n' + part.substring(8),
            "a CR after", part -> part + '\r',
            "a NUL after", part -> part + '\0',
            "a letter after", part -> part + 'B',
            "a percent escape", part -> "%65" + part.substring(1));
    for (int part = 0; part <= 2; part++) {
      int changed = part;
      changes.forEach(
          (name, change) ->
              chains.spoilEach(
                  name + ", part " + changed,
                  link -> link.part(changed, change),
                  MALFORMED,
                  WRONG_ALGORITHM,
                  BAD_SIGNATURE,
                  TOO_MANY_LINKS));
    }
    for (int bits = 1; bits <= 15; bits++) {
      int value = bits;
      // 64 bytes are 85 characters and one that carries 2 of its 6 bits.
      chains.spoilEach(
          "trailing bits " + bits,
          link -> link.part(2, part -> withTrailingBits(part, value)),
          UNSIGNED);
    }
    chains.spoilEach("other alphabet", BadSignatures::inTheOtherAlphabet, MALFORMED);
    return chains;
  }

  private static String withTrailingBits(String part, int bits) {
    return BadKeys.withTrailingBits(part, bits);
  }

  /** The signature with + and / for - and _; the id is chosen so that it has one of them. */
  private static ForgedJws inTheOtherAlphabet(ForgedJws link) {
    ForgedJws chosen = link;
    for (int id = 0; ForgedJws.base64url(chosen.signatureBytes()).matches("[^_-]*"); id++) {
      chosen = link.claim("jti", ForgedJws.quoted("id-" + id));
    }
    return chosen.part(2, part -> part.replace('-', '+').replace('_', '/'));
  }

  private static BadChains parts() {
    BadChains chains = new BadChains("parts");
    Map<String, UnaryOperator<String>> changes =
        Map.of(
            "no signature part", text -> text.substring(0, text.lastIndexOf('.')),
            "no header", text -> text.substring(text.indexOf('.') + 1),
            "an empty header", text -> text.substring(text.indexOf('.')),
            "detached claims", text -> text.replaceFirst("\\.[^.]*\\.", ".."),
            "a dot after", text -> text + '.',
            "a dot before", text -> '.' + text,
            "a part more", text -> text + ".AAAA",
            "five parts", text -> text + ".AAAA.AAAA",
            "parts swapped", BadSignatures::partsSwapped);
    for (int length = 2; length <= 3; length++) {
      for (int link = 0; link < length; link++) {
        for (Map.Entry<String, UnaryOperator<String>> change : changes.entrySet()) {
          List<String> links = new ArrayList<>(ForgedChain.ofLength(length).texts());
          links.set(link, change.getValue().apply(links.get(link)));
          chains.add(
              change.getKey() + ", link " + (link + 1) + " of " + length,
              String.join("\n", links),
              MALFORMED,
              BAD_SIGNATURE,
              WRONG_ALGORITHM);
        }
      }
    }
    return chains;
  }

  private static String partsSwapped(String text) {
    String[] parts = text.split("\\.", -1);
    return parts[1] + '.' + parts[0] + '.' + parts[2];
  }

  private static BadChains truncated() {
    BadChains chains = new BadChains("truncated");
    for (int length = 1; length <= 4; length++) {
      String text = ForgedChain.ofLength(length).text();
      for (int cut = 1; cut <= 40; cut++) {
        int at = text.length() * cut / 41;
        chains.add("to " + at + " of " + text.length(), text.substring(0, at), UNSIGNED);
        chains.add("from " + at + " of " + text.length(), text.substring(at), UNSIGNED);
      }
      for (int less = 1; less <= 3; less++) {
        String shorter = text.substring(0, text.length() - less);
        chains.add(less + " less of " + length + " links", shorter, UNSIGNED);
      }
    }
    return chains;
  }
}
