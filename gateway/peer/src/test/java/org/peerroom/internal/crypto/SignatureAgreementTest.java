package org.peerroom.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Replicas that decide differently about one signature fall apart: whichever provider is picked,
 * the verdict is the same, for every published vector. What the verdict is, {@link Edwards25519}
 * says.
 */
class SignatureAgreementTest {

  private final Map<String, PublicKeyCrypto> providers = Providers.all();

  @Test
  void providers_areAllThatCanBePicked() {
    assertTrue(providers.keySet().containsAll(List.of("bouncycastle", "jdk")), providers::toString);
  }

  @Test
  void verify_isTheSameByEveryProviderForWycheproof() {
    int accepted = 0;
    for (var vector : TestVectors.wycheproof("ed25519_test.json")) {
      byte[] key = TestVectors.hex(vector.group().get("publicKey"), "pk");
      boolean verdict =
          verdict(
              vector.name(), CraftedSignature.of(key, vector.bytes("msg"), vector.bytes("sig")));
      assertEquals(vector.isValid(), verdict, vector::name);
      accepted += verdict ? 1 : 0;
    }
    assertEquals(88, accepted);
  }

  @Test
  void verify_isTheSameByEveryProviderForTheEdgeCases() {
    int accepted = 0;
    for (JsonNode vector : TestVectors.json("cctv-ed25519/ed25519vectors.json")) {
      byte[] message = vector.get("msg").asText().getBytes(StandardCharsets.UTF_8);
      byte[] key = TestVectors.hex(vector, "key");
      byte[] signature = TestVectors.hex(vector, "sig");
      CraftedSignature edge = CraftedSignature.of(key, message, signature);
      accepted += verdict("edge case " + vector.get("number"), edge) ? 1 : 0;
    }
    assertEquals(106, accepted);
  }

  /** What all of them say, those without a cofactor included, about components of small order. */
  @Test
  void verify_isTheSameByEveryProviderForEveryTorsion() {
    int accepted = 0;
    for (int ofKey = 0; ofKey < 8; ofKey++) {
      for (int ofR = 0; ofR < 8; ofR++) {
        CraftedSignature crafted = CraftedSignature.solved(Bits.seeded(64, 7), ofKey, ofR);
        accepted += verdict("torsion " + ofKey + " and " + ofR, crafted) ? 1 : 0;
      }
    }
    assertEquals(64, accepted);
  }

  @Test
  void sign_isTheSameByEveryProvider() {
    for (int size : new int[] {0, 1, 64, 1000}) {
      byte[] message = Bits.seeded(size, size);
      Map<String, String> signatures = new LinkedHashMap<>();
      providers.forEach(
          (name, crypto) ->
              signatures.put(
                  name, Arrays.toString(crypto.signingKey(Bits.seeded(32, 5)).sign(message))));
      assertEquals(1, signatures.values().stream().distinct().count(), signatures::toString);
    }
  }

  private boolean verdict(String name, CraftedSignature signature) {
    boolean expected = signature.isAcceptable();
    providers.forEach(
        (provider, crypto) ->
            assertEquals(expected, signature.isAcceptedBy(crypto), () -> name + " by " + provider));
    return expected;
  }
}
