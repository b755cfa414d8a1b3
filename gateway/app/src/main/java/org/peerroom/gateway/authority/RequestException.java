package org.peerroom.gateway.authority;

/**
 * A request is not fulfilled. The message is one line for the person who asked: it says what to do
 * and nothing that is not theirs to know.
 */
final class RequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  private RequestException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** It is not what the API takes. */
  static RequestException malformed(String message) {
    return new RequestException(400, message);
  }

  /** It is understood, and the answer is no. */
  static RequestException refused(String message) {
    return new RequestException(403, message);
  }

  /** There is nothing of this name. */
  static RequestException unknown(String message) {
    return new RequestException(404, message);
  }

  /** That is not done with this path. */
  static RequestException notAllowed(String message) {
    return new RequestException(405, message);
  }

  /** It was good at another time, or the clocks differ. */
  static RequestException outOfTime(String message) {
    return new RequestException(409, message);
  }

  /** It is longer than any request needs to be. */
  static RequestException tooLarge(String message) {
    return new RequestException(413, message);
  }

  /** It comes too often. */
  static RequestException tooOften(String message) {
    return new RequestException(429, message);
  }

  /** It could be fulfilled at another time. */
  static RequestException later(String message) {
    return new RequestException(503, message);
  }

  /** The status of the HTTP answer. */
  int status() {
    return status;
  }
}
