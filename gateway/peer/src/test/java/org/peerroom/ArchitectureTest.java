package org.peerroom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which package holds what, and what it may use: held against the code, and shown to bite. */
class ArchitectureTest {

  private static final String HOUSE = "org.peerroom";
  private static final String BROKEN_HOUSE = "org.peerroom.architecture.violations";

  /** For each rule the class of the broken house that breaks it. */
  private static final Map<String, String> OFFENDERS =
      Map.ofEntries(
          Map.entry("api_reachesInternalsOnlyThroughTheBuilder", "Message"),
          Map.entry("api_usesJdkAndReactor", "Room"),
          Map.entry("authority_namesOnlyIdentitiesAndReactor", "ShowsItsAnswer"),
          Map.entry("authority_usesIdentityJacksonAndReactor", "EnrolsRooms"),
          Map.entry("bouncyCastle_onlyInCrypto", "Hashes"),
          Map.entry("crypto_usesJdkAndBouncyCastle", "Logs"),
          Map.entry("exchange_usesWireAndCrypto", "RunsTheProtocol"),
          Map.entry("identity_namesOnlyTheJdkAndItself", "ShowsItsJson"),
          Map.entry("identity_usesCryptoAndJose", "KnowsRooms"),
          Map.entry("internals_useOnlyValuesOfTheApi", "Hashes"),
          Map.entry("net_usesWireCryptoAndReactorNetty", "KeepsSegments"),
          Map.entry("netty_onlyInNetAndExchange", "Room"),
          Map.entry("nothing_blocks", "LocalPeer"),
          Map.entry("nothing_printsOrExits", "LocalPeer"),
          Map.entry("packages_areFreeOfCycles", "KeepsSegments"),
          Map.entry("packages_areNullMarked", "LocalPeer"),
          Map.entry("protocol_doesNoIo", "WritesFiles"),
          Map.entry("protocol_hasNoClock", "ReadsTheClock"),
          Map.entry("protocol_hasNoRandomSource", "RollsDice"),
          Map.entry("protocol_hasNoThread", "StartsThreads"),
          Map.entry("protocol_usesSealingCryptoAndWire", "EmitsStreams"),
          Map.entry("sealing_usesCryptoAndWire", "DecidesWhoReads"),
          Map.entry("reactor_notInProtocolCryptoWireStore", "EmitsStreams"),
          Map.entry("rocksDb_onlyInStore", "ReadsTheDisk"),
          Map.entry("store_usesWire", "Dials"),
          Map.entry("wire_usesJdkAndJackson", "Hashes"));

  @TestFactory
  Stream<DynamicTest> house_keeps() {
    JavaClasses house = classesOf(HOUSE, new DoNotIncludeTests());
    return new PackageRules(HOUSE)
        .all().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(rule -> dynamicTest(rule.getKey(), () -> rule.getValue().check(house)));
  }

  @TestFactory
  Stream<DynamicTest> brokenHouse_isCaught() {
    JavaClasses broken = classesOf(BROKEN_HOUSE, new OnlyIncludeTests());
    Map<String, ArchRule> rules = new PackageRules(BROKEN_HOUSE).all();
    assertEquals(rules.keySet(), OFFENDERS.keySet(), "a rule that nothing breaks guards nothing");
    return OFFENDERS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            entry ->
                dynamicTest(
                    entry.getKey(),
                    () -> {
                      String report =
                          rules.get(entry.getKey()).evaluate(broken).getFailureReport().toString();
                      assertTrue(report.contains(entry.getValue()), report);
                    }));
  }

  @Test
  void house_isTheCodeThatIsShipped() {
    JavaClasses house = classesOf(HOUSE, new DoNotIncludeTests());
    assertTrue(house.contain(Peer.class));
    assertFalse(house.contain(ArchitectureTest.class));
  }

  private static JavaClasses classesOf(String root, ImportOption option) {
    return new ClassFileImporter().withImportOption(option).importPackages(root);
  }
}
