package io.weathervane.signal;

import io.weathervane.util.BoundedBodySubscriber;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a Prometheus for one number, within a limit of time for the whole answer and one of its size. */
final class PrometheusClient {
    /** Most of an answer that is read: one number and its labels are some hundred bytes. */
    static final int ANSWER_BYTES_MAX = 1024 * 1024;

    private Optional<HttpClient> client = Optional.empty();

    /** Made at the first question: a server that watches nothing has none. */
    private synchronized HttpClient client(Duration limit) {
        HttpClient made = client.orElseGet(() -> HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit)
                .build());
        client = Optional.of(made);
        return made;
    }

    /** The number, or why there is none. Returns within the limit. */
    PrometheusAnswer ask(PrometheusQuerySpec question, Duration limit) throws InterruptedException {
        URI request = question.request();
        CompletableFuture<HttpResponse<byte[]>> answer = client(limit)
                .sendAsync(
                        HttpRequest.newBuilder(request)
                                .timeout(limit)
                                .header("Accept", "application/json")
                                .build(),
                        head -> new BoundedBodySubscriber(ANSWER_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return PrometheusAnswer.of(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            return unanswered(request, limit);
        } catch (ExecutionException | CancellationException e) {
            // The client's own time-out may come before ours.
            if (e.getCause() instanceof HttpTimeoutException) {
                return unanswered(request, limit);
            }
            return PrometheusAnswer.none(request.getHost() + " cannot be asked: " + why(e));
        } finally {
            answer.cancel(/* mayInterruptIfRunning= */ true);
        }
    }

    private static PrometheusAnswer unanswered(URI request, Duration limit) {
        return PrometheusAnswer.none("no answer of " + request.getHost() + " in " + SignalTextSanitizer.age(limit));
    }

    private static String why(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
