package org.peerroom.internal.net;

import static org.awaitility.Awaitility.await;

import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.peerroom.PeerAddress;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Encapsulation;
import org.peerroom.internal.crypto.KemKey;
import org.peerroom.internal.crypto.KemSuite;
import org.peerroom.internal.crypto.LinkCertificate;
import org.peerroom.internal.crypto.PreSharedKey;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.PublicKeyCrypto;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.Frame;

/** A transport and a record of all that its listener was told. */
final class TestPeer implements LinkListener, AutoCloseable {

  static final PublicKeyCrypto CRYPTO = ProviderCrypto.create();
  static final TcpSettings QUICK =
      new TcpSettings(
          Duration.ofMillis(500),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          TcpSettings.DEFAULTS.maxAccepted(),
          TcpSettings.DEFAULTS.maxHandshakes());

  /** One call of {@link LinkListener#down}. */
  record Down(Link link, String reason) {}

  private static final Random SEEDS = new Random();

  final LinkCertificate certificate = newCertificate();
  final PeerId id = idOf(certificate);
  final TcpTransport transport;
  final Queue<Link> ups = new ConcurrentLinkedQueue<>();
  final Queue<Frame> frames = new ConcurrentLinkedQueue<>();
  final Queue<Down> downs = new ConcurrentLinkedQueue<>();
  final AtomicInteger writables = new AtomicInteger();
  final AtomicLong held = new AtomicLong();
  final AtomicLong verifications = new AtomicLong();

  private volatile boolean holding;
  private volatile Consumer<Link> onUp = link -> {};
  private volatile BiConsumer<Link, Frame> onFrame = (link, frame) -> {};
  private volatile Consumer<Link> onWritable = link -> {};
  private volatile Consumer<Link> onDown = link -> {};

  private TestPeer(TcpSettings settings) {
    transport = new TcpTransport(certificate, new Counting(CRYPTO, verifications), this, settings);
  }

  static TestPeer start() {
    return start(TcpSettings.DEFAULTS);
  }

  static TestPeer start(TcpSettings settings) {
    return new TestPeer(settings);
  }

  static LinkCertificate newCertificate() {
    byte[] seed = new byte[32];
    SEEDS.nextBytes(seed);
    SigningKey key = CRYPTO.signingKey(seed);
    return LinkCertificate.create(key);
  }

  static PeerId idOf(LinkCertificate certificate) {
    try {
      return PeerId.of(LinkCertificate.peerPublicKey(certificate.certificate(), CRYPTO));
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  PeerAddress listen() {
    return transport.listen(PeerAddress.of("127.0.0.1", 0)).block();
  }

  /** Dials and gives this side's link. */
  Link dial(PeerAddress address) {
    int before = ups.size();
    transport.dial(address).block();
    return List.copyOf(ups).get(before);
  }

  /** The link number {@code index} that came up here. */
  Link link(int index) {
    await().until(() -> ups.size() > index);
    return List.copyOf(ups).get(index);
  }

  void awaitFrames(int count) {
    await().atMost(Duration.ofSeconds(60)).until(() -> frames.size() >= count);
  }

  /** The one link that went down here. */
  Down awaitDown() {
    await().until(() -> !downs.isEmpty());
    return downs.peek();
  }

  /** From now on frames are taken but not processed. */
  void hold() {
    holding = true;
  }

  /** Processes what was held, and from now on everything at once. */
  void release(Link link) {
    holding = false;
    link.processed((int) held.getAndSet(0));
  }

  void onUp(Consumer<Link> action) {
    onUp = action;
  }

  void onFrame(BiConsumer<Link, Frame> action) {
    onFrame = action;
  }

  void onWritable(Consumer<Link> action) {
    onWritable = action;
  }

  void onDown(Consumer<Link> action) {
    onDown = action;
  }

  @Override
  public void up(Link link) {
    ups.add(link);
    onUp.accept(link);
  }

  @Override
  public void frame(Link link, Frame frame, int bytes) {
    if (holding) {
      held.addAndGet(bytes);
    } else {
      link.processed(bytes);
    }
    frames.add(frame);
    onFrame.accept(link, frame);
  }

  @Override
  public void writable(Link link) {
    writables.incrementAndGet();
    onWritable.accept(link);
  }

  @Override
  public void down(Link link, String reason) {
    downs.add(new Down(link, reason));
    onDown.accept(link);
  }

  @Override
  public void close() {
    transport.close().block();
  }

  /** Counts the signatures that are verified. */
  private record Counting(PublicKeyCrypto crypto, AtomicLong verifications)
      implements PublicKeyCrypto {
    @Override
    public SigningKey signingKey(byte[] seed) {
      return crypto.signingKey(seed);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
      verifications.incrementAndGet();
      return crypto.verify(publicKey, message, signature);
    }

    @Override
    public KemKey kemKey(KemSuite suite, byte[] seed) {
      return crypto.kemKey(suite, seed);
    }

    @Override
    public Encapsulation encapsulate(
        KemSuite suite, byte[] publicKey, byte[] info, PreSharedKey psk) throws CryptoException {
      return crypto.encapsulate(suite, publicKey, info, psk);
    }

    @Override
    public String description() {
      return crypto.description();
    }
  }
}
