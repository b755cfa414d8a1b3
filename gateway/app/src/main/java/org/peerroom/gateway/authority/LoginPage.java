package org.peerroom.gateway.authority;

import org.peerroom.gateway.authority.Logins.Confirmation;

/** What a person sees in the browser after a login: no scripts, nothing from elsewhere. */
final class LoginPage {

  private static final int SHOWN_DIGITS = 16;

  private LoginPage() {}

  /** Asks whether the key is the person's own. */
  static String confirm(Confirmation confirmation) {
    return page(
        "Is this your key?",
        """
        <p>You are logged in as <b>%s</b>. A key asks to speak under this name from now on:</p>
        <p class="key">%s…</p>
        <p>Continue only if you started this yourself just now, and the program that you started it from
        shows the same digits. If someone sent you a link, stop here.</p>
        <form method="post" action="/v1/login/confirm">
        <input type="hidden" name="secret" value="%s">
        <button name="answer" value="yes">It is my key: certify it</button>
        <button name="answer" value="no">Stop</button>
        </form>
        """
            .formatted(
                escaped(confirmation.certification().name()),
                confirmation.request().key().hex().substring(0, SHOWN_DIGITS),
                confirmation.secret()));
  }

  /** All is done. */
  static String done(Certification certification) {
    return page(
        "Done",
        "<p>Your key is certified for <b>%s</b>. You can close this page.</p>\n"
            .formatted(escaped(certification.name())));
  }

  /** It did not work. */
  static String failed(String why) {
    return page("Not certified", "<p>%s</p>\n".formatted(escaped(why)));
  }

  private static String page(String title, String body) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>body{font:1.1em sans-serif;max-width:36em;margin:3em auto;padding:0 1em}
        .key{font:1.3em monospace}button{font-size:1em;padding:.5em 1em;margin-right:1em}</style>
        </head>
        <body>
        <h1>%s</h1>
        %s</body>
        </html>
        """
        .formatted(title, title, body);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
