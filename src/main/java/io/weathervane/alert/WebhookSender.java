package io.weathervane.alert;

import io.weathervane.util.HmacSignature;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** One POST to one sink, and what came of it. */
final class WebhookSender {
    private static final int BAD_REQUEST = 400;
    private static final int GONE = 410;

    private final WebhookSinkConfig sink;
    private final Clock clock;
    private final HttpClient client;

    WebhookSender(WebhookSinkConfig sink, Clock clock) {
        this.sink = sink;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(sink.timeout())
                .build();
    }

    /** Outcome of one attempt. */
    enum Kind {
        DELIVERED,
        /** Not now: it cannot be reached, or gave an answer that may be another one later. */
        LATER,
        /** It answered that it will not take this one, or nothing any more. */
        REFUSED
    }

    /**
     * The answer.
     *
     * @param detail why, when it was not delivered
     * @param retryAfter what the receiver asked for
     */
    record Answer(Kind kind, String detail, Optional<Duration> retryAfter) {}

    Answer send(PendingAlert alert) throws InterruptedException {
        byte[] body = alert.body().getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(sink.url())
                .timeout(sink.timeout())
                .header("Content-Type", "application/json")
                .header("X-WeatherVane-Event-Id", alert.id())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        sink.secret()
                .ifPresent(secret ->
                        request.header(HmacSignature.HEADER, HmacSignature.header(secret, clock.instant(), body)));
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            // The status is all we want; a receiver that goes on talking is not listened to.
            response.body().close();
            return answer(response);
        } catch (IOException e) {
            String message = e.getMessage() == null ? "" : ": " + e.getMessage();
            return new Answer(Kind.LATER, e.getClass().getSimpleName() + message, Optional.empty());
        }
    }

    private static Answer answer(HttpResponse<?> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer(Kind.DELIVERED, "", Optional.empty());
        }
        boolean never = status == BAD_REQUEST || status == GONE;
        return new Answer(never ? Kind.REFUSED : Kind.LATER, "HTTP " + status, retryAfter(response));
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)));
    }
}
