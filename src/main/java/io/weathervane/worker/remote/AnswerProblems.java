package io.weathervane.worker.remote;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.net.URI;
import java.util.Optional;

/** Explains to a person an HTTP answer that is no answer of an MCP server: what came, and what to do. */
final class AnswerProblems {
    private static final int SHOWN_MAX = 160;

    private AnswerProblems() {}

    static String of(URI url, CompleteResponse answer) {
        return RemoteHttp.shown(url) + " answers HTTP " + answer.status() + what(answer);
    }

    private static String what(CompleteResponse answer) {
        return switch (answer.status()) {
            case 401 ->
                " (unauthorized): check auth and headers of the release, and that the token is for this server"
                        + wanted(answer);
            case 403 -> " (forbidden): what the release gives by auth or headers is not allowed this" + wanted(answer);
            case 301, 302, 303, 307, 308 ->
                ", a redirect" + target(answer)
                        + "; redirects are not followed: give the final address as the url of the release";
            case 404 -> ": there is no MCP server at this URL; check its path" + page(answer);
            case 405 ->
                ": the URL takes no POST, so it is not that of an MCP server over Streamable HTTP" + page(answer);
            case 413 -> ": the request is too long for the server" + page(answer);
            case 429 -> " (too many requests)" + retryAfter(answer);
            case 503 -> " (not available)" + retryAfter(answer) + page(answer);
            default -> body(answer);
        };
    }

    private static String body(CompleteResponse answer) {
        if (!answer.isOk()) {
            return page(answer);
        }
        if (answer.problem().isPresent()) {
            return " with a body that cannot be taken: " + answer.problem().get();
        }
        boolean empty = answer.text().isBlank();
        if (answer.status() != 200 || empty) {
            return (empty && answer.status() == 200 ? " with an empty body" : "") + " without the answer to the request"
                    + "; is it the URL of an MCP server, with nothing in front of it that answers in its place?";
        }
        if (answer.type().equals(CompleteResponse.JSON)) {
            return " with JSON that is no answer to the request" + page(answer);
        }
        return " with " + (answer.type().isEmpty() ? "no content type" : SafeText.line(answer.type(), SHOWN_MAX))
                + " where " + CompleteResponse.JSON + " or " + CompleteResponse.EVENT_STREAM
                + " is expected; is it the URL of an MCP"
                + " server?" + page(answer);
    }

    private static String wanted(CompleteResponse answer) {
        return answer.headers()
                .firstValue("WWW-Authenticate")
                .map(text -> "; it says: " + shown(text))
                .orElse("");
    }

    private static String target(CompleteResponse answer) {
        return answer.headers()
                .firstValue("Location")
                .flatMap(AnswerProblems::url)
                .map(url -> " to " + SafeText.line(RemoteHttp.shown(url), SHOWN_MAX))
                .orElse("");
    }

    private static Optional<URI> url(String text) {
        try {
            return Optional.of(URI.create(text)).filter(url -> url.getHost() != null && url.getRawUserInfo() == null);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String retryAfter(CompleteResponse answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .map(text -> "; it asks to wait: " + shown(text))
                .orElse("");
    }

    /** The beginning of what it said, as one line. */
    private static String page(CompleteResponse answer) {
        String text = answer.text().strip();
        return text.isEmpty() ? "" : "; it begins: " + shown(text);
    }

    private static String shown(String text) {
        return SafeText.line(Redactor.clean(SafeText.cut(text, 4 * SHOWN_MAX)), SHOWN_MAX);
    }
}
