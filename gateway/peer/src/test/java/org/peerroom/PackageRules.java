package org.peerroom;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The rules for the packages under one root, so that they can be held against the real house and
 * against one that breaks every one of them.
 */
final class PackageRules {

  private static final String JDK = "java..";
  private static final String JDK_CRYPTO = "javax.crypto..";
  private static final String JDK_TLS = "javax.net..";
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String JOSE = "com.nimbusds.jose..";
  private static final String NULLNESS = "org.jspecify..";
  private static final String LOGS = "org.slf4j..";
  private static final String BOUNCY_CASTLE = "org.bouncycastle..";
  private static final String ROCKS_DB = "org.rocksdb..";
  private static final String NETTY = "io.netty..";
  private static final String REACTOR_NETTY = "reactor.netty..";
  private static final String[] REACTOR = {
    "reactor.core..", "reactor.util..", "org.reactivestreams.."
  };

  private final String root;
  private final String api;
  private final String runtime;
  private final String protocol;
  private final String sealing;
  private final String crypto;
  private final String wire;
  private final String net;
  private final String store;
  private final String exchange;
  private final String identity;
  private final String authority;

  PackageRules(String root) {
    this.root = root;
    this.api = root;
    this.runtime = root + ".internal";
    this.protocol = runtime + ".protocol..";
    this.sealing = runtime + ".sealing..";
    this.crypto = runtime + ".crypto..";
    this.wire = runtime + ".wire..";
    this.net = runtime + ".net..";
    this.store = runtime + ".store..";
    this.exchange = root + ".exchange..";
    this.identity = root + ".identity..";
    this.authority = root + ".authority..";
  }

  /** Every rule by its name. */
  Map<String, ArchRule> all() {
    return Map.ofEntries(
        Map.entry("bouncyCastle_onlyInCrypto", bouncyCastleOnlyInCrypto()),
        Map.entry("rocksDb_onlyInStore", rocksDbOnlyInStore()),
        Map.entry("netty_onlyInNetAndExchange", nettyOnlyInNetAndExchange()),
        Map.entry("reactor_notInProtocolCryptoWireStore", reactorNotBelowTheRuntime()),
        Map.entry("identity_usesCryptoAndJose", identityUsesCryptoAndJose()),
        Map.entry("identity_namesOnlyTheJdkAndItself", identityNamesOnlyTheJdkAndItself()),
        Map.entry("authority_usesIdentityJacksonAndReactor", authorityUsesIdentityAndReactor()),
        Map.entry("authority_namesOnlyIdentitiesAndReactor", authorityNamesOnlyIdentities()),
        Map.entry("api_usesJdkAndReactor", apiUsesJdkAndReactor()),
        Map.entry("api_reachesInternalsOnlyThroughTheBuilder", onlyTheBuilderReachesInternals()),
        Map.entry("internals_useOnlyValuesOfTheApi", internalsUseOnlyValuesOfTheApi()),
        Map.entry("protocol_usesSealingCryptoAndWire", protocolUsesSealingCryptoAndWire()),
        Map.entry("sealing_usesCryptoAndWire", sealingUsesCryptoAndWire()),
        Map.entry("protocol_hasNoClock", protocolHasNoClock()),
        Map.entry("protocol_hasNoRandomSource", protocolHasNoRandomSource()),
        Map.entry("protocol_hasNoThread", protocolHasNoThread()),
        Map.entry("protocol_doesNoIo", protocolDoesNoIo()),
        Map.entry("crypto_usesJdkAndBouncyCastle", cryptoUsesJdkAndBouncyCastle()),
        Map.entry("wire_usesJdkAndJackson", wireUsesJdkAndJackson()),
        Map.entry("net_usesWireCryptoAndReactorNetty", netUsesWireCryptoAndReactorNetty()),
        Map.entry("store_usesWire", storeUsesWire()),
        Map.entry("exchange_usesWireAndCrypto", exchangeUsesWireAndCrypto()),
        Map.entry("packages_areFreeOfCycles", packagesAreFreeOfCycles()),
        Map.entry("nothing_blocks", nothingBlocks()),
        Map.entry("nothing_printsOrExits", nothingPrintsOrExits()),
        Map.entry("packages_areNullMarked", packagesAreNullMarked()));
  }

  private ArchRule bouncyCastleOnlyInCrypto() {
    return noClasses()
        .that(not(resideInAPackage(crypto)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(BOUNCY_CASTLE)
        .because("one package answers for the use of cryptography")
        .allowEmptyShould(true);
  }

  private ArchRule rocksDbOnlyInStore() {
    return noClasses()
        .that(not(resideInAPackage(store)))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROCKS_DB)
        .because("native handles stay where they are closed, and errors where they are understood")
        .allowEmptyShould(true);
  }

  private ArchRule nettyOnlyInNetAndExchange() {
    return noClasses()
        .that(not(resideInAnyPackage(net, exchange)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(NETTY, REACTOR_NETTY)
        .because(
            "buffers and event loops stay where they are counted, and out of public signatures")
        .allowEmptyShould(true);
  }

  private ArchRule reactorNotBelowTheRuntime() {
    return noClasses()
        .that()
        .resideInAnyPackage(protocol, sealing, crypto, wire, store)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("reactor..", "org.reactivestreams..")
        .because("only the runtime turns outputs into streams")
        .allowEmptyShould(true);
  }

  private ArchRule apiUsesJdkAndReactor() {
    return classes()
        .that()
        .resideInAPackage(api)
        .and(not(theBuilder()))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(with(REACTOR, api, identity, JDK, NULLNESS))
        .because("what users compile against names the JDK, Reactor and identities alone")
        .allowEmptyShould(true);
  }

  private ArchRule onlyTheBuilderReachesInternals() {
    return noClasses()
        .that()
        .resideInAnyPackage(api, exchange)
        .and(not(theBuilder()))
        .should()
        .dependOnClassesThat(
            resideInAPackage(runtime)
                .or(resideInAnyPackage(protocol, net, store))
                .as("are the runtime, the protocol, links or stores"))
        .because("Peer.builder() is the one door into the runtime")
        .allowEmptyShould(true);
  }

  private ArchRule internalsUseOnlyValuesOfTheApi() {
    return noClasses()
        .that()
        .resideInAnyPackage(protocol, sealing, crypto, wire, net, store, exchange)
        .should()
        .dependOnClassesThat(
            type("Peer")
                .or(type("Room"))
                .or(theBuilder())
                .or(resideInAPackage(runtime))
                .as("are Peer, Room, the builder or the runtime"))
        .because("they lie below the runtime and share with the API only its values")
        .allowEmptyShould(true);
  }

  private ArchRule protocolUsesSealingCryptoAndWire() {
    return usesOnly(protocol, api, identity, sealing, crypto, wire, JDK, NULLNESS);
  }

  private ArchRule sealingUsesCryptoAndWire() {
    return usesOnly(sealing, api, crypto, wire, JDK, NULLNESS);
  }

  /** Not the API: rooms know identities, and identities know no room but its name. */
  private ArchRule identityUsesCryptoAndJose() {
    return usesOnly(identity, crypto, JDK, JACKSON, JOSE, NULLNESS);
  }

  private ArchRule identityNamesOnlyTheJdkAndItself() {
    return classes()
        .that()
        .resideInAPackage(identity)
        .and()
        .arePublic()
        .should(nameInPublicOnly(resideInAnyPackage(identity, JDK).or(primitive())))
        .because("libraries of JSON and JOSE come and go without those who compile against us")
        .allowEmptyShould(true);
  }

  /** Not the API, and no Netty: who enrols need not run a peer. */
  private ArchRule authorityUsesIdentityAndReactor() {
    return usesOnly(
        authority,
        with(REACTOR, "reactor.adapter..", identity, JDK, JDK_TLS, JACKSON, LOGS, NULLNESS));
  }

  private ArchRule authorityNamesOnlyIdentities() {
    return classes()
        .that()
        .resideInAPackage(authority)
        .and()
        .arePublic()
        .should(
            nameInPublicOnly(
                resideInAnyPackage(authority, identity, JDK, "reactor.core.publisher..")
                    .or(primitive())))
        .because("libraries of JSON and HTTP come and go without those who compile against us")
        .allowEmptyShould(true);
  }

  private ArchRule cryptoUsesJdkAndBouncyCastle() {
    return usesOnly(crypto, api, JDK, JDK_CRYPTO, BOUNCY_CASTLE, NULLNESS);
  }

  private ArchRule wireUsesJdkAndJackson() {
    return usesOnly(wire, api, JDK, JACKSON, NULLNESS);
  }

  /** Crypto, because the certificate of a link carries the peer's signed key. */
  private ArchRule netUsesWireCryptoAndReactorNetty() {
    return usesOnly(
        net, with(REACTOR, api, wire, crypto, JDK, JDK_TLS, NETTY, REACTOR_NETTY, LOGS, NULLNESS));
  }

  private ArchRule storeUsesWire() {
    return usesOnly(store, api, wire, crypto, JDK, LOGS, NULLNESS, ROCKS_DB);
  }

  private ArchRule exchangeUsesWireAndCrypto() {
    return usesOnly(
        exchange,
        with(REACTOR, api, wire, crypto, JDK, JDK_TLS, NETTY, REACTOR_NETTY, LOGS, NULLNESS));
  }

  private ArchRule protocolHasNoClock() {
    return noClasses()
        .that()
        .resideInAnyPackage(protocol, sealing)
        .should()
        .callCodeUnitWhere(target("now", "java.time.."))
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat(
            equivalentTo(java.time.Clock.class)
                .or(equivalentTo(java.time.InstantSource.class))
                .or(equivalentTo(java.util.Date.class))
                .or(equivalentTo(java.util.Calendar.class))
                .as("tell the time"))
        .because("time comes in as an input, so that a seed replays exactly")
        .allowEmptyShould(true);
  }

  private ArchRule protocolHasNoRandomSource() {
    return noClasses()
        .that()
        .resideInAnyPackage(protocol, sealing)
        .should()
        .dependOnClassesThat(
            equivalentTo(java.util.Random.class)
                .or(equivalentTo(java.security.SecureRandom.class))
                .or(equivalentTo(java.util.SplittableRandom.class))
                .or(equivalentTo(java.util.concurrent.ThreadLocalRandom.class))
                .or(resideInAPackage("java.util.random.."))
                .as("are sources of randomness"))
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(java.util.Collections.class, "shuffle", java.util.List.class)
        .because("randomness comes in as an input, so that a seed replays exactly")
        .allowEmptyShould(true);
  }

  private ArchRule protocolHasNoThread() {
    return noClasses()
        .that()
        .resideInAnyPackage(protocol, sealing)
        .should()
        .dependOnClassesThat(
            equivalentTo(Thread.class)
                .or(equivalentTo(ThreadLocal.class))
                .or(equivalentTo(java.util.Timer.class))
                .or(resideInAPackage("java.util.concurrent.."))
                .and(not(equivalentTo(java.util.concurrent.TimeUnit.class)))
                .as("are threads or meant for them"))
        .because("a state machine is driven from outside, by one thread at a time")
        .allowEmptyShould(true);
  }

  private ArchRule protocolDoesNoIo() {
    return noClasses()
        .that()
        .resideInAnyPackage(protocol, sealing)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..")
                .or(equivalentTo(java.io.File.class))
                .or(equivalentTo(java.io.InputStream.class))
                .or(equivalentTo(java.io.OutputStream.class))
                .as("read or write"))
        .because("what is to be sent or kept goes out as a value")
        .allowEmptyShould(true);
  }

  private ArchRule packagesAreFreeOfCycles() {
    return slices()
        .matching(root + ".internal.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true);
  }

  private ArchRule nothingBlocks() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .callCodeUnitWhere(target("block", Mono.class, Flux.class))
        .orShould()
        .callCodeUnitWhere(target("blockOptional", Mono.class))
        .orShould()
        .callCodeUnitWhere(target("blockFirst", Flux.class))
        .orShould()
        .callCodeUnitWhere(target("blockLast", Flux.class))
        .orShould()
        .callCodeUnitWhere(target("sleep", Thread.class))
        .because("an event loop that waits stops every link it serves")
        .allowEmptyShould(true);
  }

  private ArchRule nothingPrintsOrExits() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .orShould()
        .callCodeUnitWhere(target("printStackTrace", Throwable.class))
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .because("a library leaves the process and its streams to those who run it")
        .allowEmptyShould(true);
  }

  private ArchRule packagesAreNullMarked() {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .should(beInANullMarkedPackage())
        .because("nullness is declared once, in package-info.java")
        .allowEmptyShould(true);
  }

  private DescribedPredicate<JavaClass> theBuilder() {
    return belongTo(type("PeerBuilder")).as("are PeerBuilder");
  }

  private DescribedPredicate<JavaClass> type(String simpleName) {
    return name(root + "." + simpleName).forSubtype();
  }

  private static ArchRule usesOnly(String part, String... others) {
    return classes()
        .that()
        .resideInAPackage(part)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(with(others, part))
        .allowEmptyShould(true);
  }

  private static String[] with(String[] some, String... more) {
    String[] joined = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, joined, some.length, more.length);
    return joined;
  }

  private static DescribedPredicate<JavaCall<?>> target(String method, String packages) {
    return call(method, resideInAPackage(packages));
  }

  private static DescribedPredicate<JavaCall<?>> target(String method, Class<?>... owners) {
    return call(method, or(Arrays.stream(owners).map(JavaClass.Predicates::assignableTo).toList()));
  }

  private static DescribedPredicate<JavaCall<?>> call(
      String method, DescribedPredicate<? super JavaClass> owner) {
    return DescribedPredicate.describe(
        "is " + method + "() of a class that is " + owner.getDescription(),
        call -> {
          CodeUnitCallTarget target = call.getTarget();
          return target.getName().equals(method) && owner.test(target.getOwner());
        });
  }

  private static DescribedPredicate<JavaClass> primitive() {
    return DescribedPredicate.describe("are primitive", JavaClass::isPrimitive);
  }

  private static ArchCondition<JavaClass> nameInPublicOnly(
      DescribedPredicate<? super JavaClass> allowed) {
    return new ArchCondition<>("name in public only types that " + allowed.getDescription()) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaMember member : type.getMembers()) {
          boolean seen =
              member.getModifiers().contains(JavaModifier.PUBLIC)
                  || member.getModifiers().contains(JavaModifier.PROTECTED);
          for (JavaClass named : member.getAllInvolvedRawTypes()) {
            if (seen && !allowed.test(named.getBaseComponentType())) {
              events.add(
                  SimpleConditionEvent.violated(
                      type, member.getFullName() + " names " + named.getName()));
            }
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            type.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
        if (!marked) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getPackageName() + " of " + type.getName() + " is not @NullMarked"));
        }
      }
    };
  }
}
