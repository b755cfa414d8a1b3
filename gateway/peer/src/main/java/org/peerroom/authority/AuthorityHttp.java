package org.peerroom.authority;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.peerroom.authority.AuthorityException.Reason;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;

/**
 * One exchange of JSON with an authority. Follows no redirects, reads no more bytes than it is
 * told, and gives up after a time. Errors are {@link AuthorityException}s.
 */
final class AuthorityHttp {

  /** Three certificates and their frame take less than a tenth of this. */
  static final int MAX_ANSWER = 64 << 10;

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int MAX_TEXT = 300;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final URI base;
  private final HttpClient http;

  AuthorityHttp(URI base, @Nullable SSLContext tls) {
    this.base = base;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.http = builder.build();
  }

  /** What came back. */
  record Answer(int status, ObjectNode body) {
    /** A text of the answer, or null if there is none of this name. */
    @Nullable String text(String name) {
      JsonNode value = body.get(name);
      return value != null && value.isTextual() ? value.textValue() : null;
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  Mono<Answer> get(String path, Duration wait) {
    return exchange(HttpRequest.newBuilder(uri(path)).GET(), ANSWER.plus(wait), MAX_ANSWER);
  }

  /**
   * Reads what may be longer than other answers.
   *
   * @param most how many bytes are read
   */
  Mono<Answer> get(String path, int most) {
    return exchange(HttpRequest.newBuilder(uri(path)).GET(), ANSWER, most);
  }

  Mono<Answer> post(String path, ObjectNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    return exchange(request, ANSWER, MAX_ANSWER);
  }

  private URI uri(String path) {
    String text = base.toString();
    return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + path);
  }

  private Mono<Answer> exchange(HttpRequest.Builder request, Duration patience, int most) {
    HttpRequest sent = request.header("Accept", "application/json").build();
    return Mono.fromFuture(() -> http.sendAsync(sent, BodyHandlers.ofPublisher()))
        .flatMap(response -> read(response, most))
        .timeout(patience)
        .onErrorMap(failure -> !(failure instanceof AuthorityException), this::unreachable);
  }

  private Mono<Answer> read(HttpResponse<Flow.Publisher<List<ByteBuffer>>> response, int most) {
    return JdkFlowAdapter.flowPublisherToFlux(response.body())
        .collect(ByteArrayOutputStream::new, (bytes, buffers) -> append(bytes, buffers, most))
        .map(bytes -> answer(response.statusCode(), bytes.toByteArray()));
  }

  private void append(ByteArrayOutputStream bytes, List<ByteBuffer> buffers, int most) {
    for (ByteBuffer buffer : buffers) {
      if (bytes.size() + buffer.remaining() > most) {
        throw unexpected("the answer is longer than " + most + " bytes", null);
      }
      byte[] part = new byte[buffer.remaining()];
      buffer.get(part);
      bytes.write(part, 0, part.length);
    }
  }

  private Answer answer(int status, byte[] bytes) {
    JsonNode body;
    try {
      body = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw noJson(status, e);
    } catch (IOException e) {
      throw unreachable(e);
    }
    if (!(body instanceof ObjectNode object)) {
      throw noJson(status, null);
    }
    Answer answer = new Answer(status, object);
    if (status == 200 || status == 202) {
      return answer;
    }
    throw refused(answer);
  }

  private AuthorityException noJson(int status, @Nullable Throwable cause) {
    boolean passing = status == 429 || status >= 500;
    return passing
        ? new AuthorityException(
            Reason.BUSY, "the authority " + base + " answers " + status + "; try again later")
        : unexpected("HTTP status " + status + " without the JSON of an authority", cause);
  }

  private AuthorityException refused(Answer answer) {
    String said = answer.text("error");
    String why = said == null ? "HTTP status " + answer.status() : oneLine(said);
    return switch (answer.status()) {
      case 403, 404, 410 ->
          new AuthorityException(Reason.REFUSED, "the authority " + base + " refuses: " + why);
      case 408, 429, 500, 502, 503, 504 ->
          new AuthorityException(
              Reason.BUSY, "the authority " + base + " can't do it now, try again later: " + why);
      case 400, 405, 409, 413 ->
          new AuthorityException(
              Reason.UNEXPECTED, "the authority " + base + " can't use the request: " + why);
      default -> unexpected(why, null);
    };
  }

  /** What answers does not keep to the protocol. */
  AuthorityException unexpected(String what, @Nullable Throwable cause) {
    return new AuthorityException(
        Reason.UNEXPECTED,
        "what answers at " + base + " is not an authority as expected: " + what,
        cause);
  }

  private AuthorityException unreachable(Throwable failure) {
    String why =
        failure instanceof TimeoutException
            ? "it does not answer in time"
            : failure instanceof SSLException
                ? "TLS fails (" + detail(failure) + "); is its certificate issued by a known CA?"
                : detail(failure);
    return new AuthorityException(
        Reason.UNREACHABLE, "the authority " + base + " can't be reached: " + why, failure);
  }

  private static String detail(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName().replaceFirst("Exception$", "")
        : oneLine(message);
  }

  private static String oneLine(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "..." : text;
    return cut.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\s]+", " ").strip();
  }
}
