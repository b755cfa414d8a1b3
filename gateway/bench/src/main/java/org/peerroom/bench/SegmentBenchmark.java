package org.peerroom.bench;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.peerroom.OutgoingMessage;
import org.peerroom.PeerId;
import org.peerroom.internal.crypto.ChainKey;
import org.peerroom.internal.crypto.CryptoException;
import org.peerroom.internal.crypto.Digests;
import org.peerroom.internal.crypto.ProviderCrypto;
import org.peerroom.internal.crypto.SegmentKey;
import org.peerroom.internal.crypto.SigningKey;
import org.peerroom.internal.wire.Frame;
import org.peerroom.internal.wire.FrameCodec;
import org.peerroom.internal.wire.MessageCodec;
import org.peerroom.internal.wire.Segment;
import org.peerroom.internal.wire.SegmentContent;
import org.peerroom.internal.wire.SegmentHeader;
import org.peerroom.internal.wire.Topic;
import org.peerroom.internal.wire.WireException;
import org.peerroom.internal.wire.WireWriter;

/** What one segment of messages of 256 bytes costs its author and its reader, without a network. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class SegmentBenchmark {

  private static final String LABEL = "peerroom/1 benchmark segment";
  private static final byte[] CONTEXT = new byte[72];

  @Param({"1", "240"})
  private int messages = 1;

  private final ProviderCrypto crypto = ProviderCrypto.create();
  private final SecureRandom random = new SecureRandom();
  private SigningKey signing = crypto.signingKey(random(32));
  private final PeerId author = PeerId.of(signing.publicKey());
  private final Topic topic = Topic.of(random(32));
  private ChainKey chain = ChainKey.of(random(32));
  private SegmentKey readerKey = chain.segmentKey(CONTEXT);
  private OutgoingMessage message = OutgoingMessage.of(random(256));
  private byte[] frame = {};

  private byte[] random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Makes the frame that {@link #read} reads. */
  @Setup
  public void prepare() {
    readerKey = chain.segmentKey(CONTEXT);
    frame = write();
  }

  /** Encodes messages, seals, signs, ratchets, encodes the frame. */
  @Benchmark
  public byte[] write() {
    List<byte[]> bodies = new ArrayList<>(messages);
    for (int i = 0; i < messages; i++) {
      bodies.add(MessageCodec.encode(message, 0));
    }
    WireWriter plaintext = SegmentContent.messages(null, bodies);
    SegmentKey key = chain.segmentKey(CONTEXT);
    SegmentHeader header =
        new SegmentHeader(topic, author, 0, new byte[32], 0, 0, 0, 0, key.commitment());
    byte[] headerBytes = Segment.encodeHeader(header, 0, plaintext.size() + 16);
    byte[] ciphertext = key.seal(headerBytes, plaintext.array(), 0, plaintext.size());
    byte[] signature = signing.sign(Digests.sha256(LABEL, headerBytes, ciphertext));
    chain = chain.next();
    return FrameCodec.encode(
        new Frame.Sealed(
            Segment.assemble(header, headerBytes, new byte[0], ciphertext, signature)));
  }

  /** Decodes the frame, verifies, opens, decodes the messages. */
  @Benchmark
  public void read(Blackhole blackhole) throws WireException, CryptoException {
    Segment segment = ((Frame.Sealed) FrameCodec.decode(frame)).segment();
    int end = segment.ciphertextEnd();
    byte[] hash = Digests.sha256OfParts(LABEL, segment.encoded(), Segment.HEADER_SIZE, end);
    if (!crypto.verify(segment.author().bytes(), hash, segment.signature())) {
      throw new IllegalStateException("not verified");
    }
    byte[] plaintext =
        readerKey.open(
            segment.headerBytes(),
            segment.encoded(),
            Segment.HEADER_SIZE,
            end - Segment.HEADER_SIZE);
    for (SegmentContent.Item item : SegmentContent.read(plaintext)) {
      SegmentContent.Item.Whole whole = (SegmentContent.Item.Whole) item;
      blackhole.consume(MessageCodec.decode(plaintext, whole.offset(), whole.length()));
    }
  }
}
