package io.weathervane.worker.remote.auth;

import io.weathervane.util.BoundedBodySubscriber;
import io.weathervane.util.DurationFormat;
import io.weathervane.util.TlsFailureText;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a token endpoint for a token by the client credentials grant (RFC 6749, section 4.4) with client_secret_basic. */
final class TokenEndpoint {
    /** Longest that one question takes, the whole answer included. */
    static final Duration FETCH_LIMIT = Duration.ofSeconds(10);

    /** Most bytes of an answer: 64 KiB. */
    static final int ANSWER_BYTES_MAX = 64 * 1024;

    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    private final OAuthClient client;
    private final SecretStore secrets;
    private final TlsContexts tls;
    private final Duration limit;
    private Optional<HttpClient> http = Optional.empty();

    TokenEndpoint(OAuthClient client, SecretStore secrets, TlsContexts tls, Duration limit) {
        this.client = client;
        this.secrets = secrets;
        this.tls = tls;
        this.limit = limit;
    }

    /** The endpoint without its query, which may have a secret. */
    String name() {
        URI url = client.tokenUrl();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return "the token endpoint " + url.getScheme() + "://" + url.getRawAuthority() + path;
    }

    /** A new token. Returns within the limit. */
    AccessToken fetch() throws IOException {
        String secret = secrets.read(client.secret());
        CompletableFuture<HttpResponse<byte[]>> answer =
                http().sendAsync(request(secret), head -> new BoundedBodySubscriber(ANSWER_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            String contentType = response.headers().firstValue("Content-Type").orElse("");
            AccessToken token = TokenAnswerReader.read(response.statusCode(), contentType, response.body());
            secrets.known().add(token.value());
            return token;
        } catch (CredentialException e) {
            // What the endpoint says of a failure may repeat what it was sent.
            throw failure(secrets.known().removeFrom(String.valueOf(e.getMessage())), e);
        } catch (TimeoutException e) {
            throw unanswered(e);
        } catch (ExecutionException | CancellationException e) {
            throw unreached(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name() + " was not waited for");
        } finally {
            answer.cancel(/* mayInterruptIfRunning= */ true);
        }
    }

    /** Made at the first question. It follows the files of TLS by itself. */
    private synchronized HttpClient http() throws CredentialException {
        if (http.isEmpty()) {
            http = Optional.of(newHttp());
        }
        return http.get();
    }

    private HttpClient newHttp() throws CredentialException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit);
        try {
            tls.withUsualAuthorities().ifPresent(builder::sslContext);
        } catch (CredentialException e) {
            throw failure("cannot be asked: " + e.getMessage(), e);
        }
        return builder.build();
    }

    private HttpRequest request(String secret) {
        return HttpRequest.newBuilder(client.tokenUrl())
                .timeout(limit)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Basic " + basic(secret))
                .POST(HttpRequest.BodyPublishers.ofString(form()))
                .build();
    }

    private String form() {
        return "grant_type=client_credentials"
                + parameter("scope", client.scope())
                + parameter("resource", client.resource());
    }

    private String basic(String secret) {
        String credentials = encoded(client.clientId()) + ":" + encoded(secret);
        String basic = BASE64.encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        secrets.known().add(basic);
        return basic;
    }

    private static String parameter(String name, Optional<String> value) {
        return value.map(text -> "&" + name + "=" + encoded(text)).orElse("");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private IOException unreached(Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return unanswered(cause);
        }
        Optional<String> overTls = TlsFailureText.of(cause);
        if (overTls.isPresent()) {
            return failure("cannot be asked: " + overTls.get(), cause);
        }
        if (cause instanceof ConnectException refused) {
            boolean unknown = refused.getCause() instanceof UnresolvedAddressException
                    || (refused.getCause() != null
                            && refused.getCause().getCause() instanceof UnresolvedAddressException);
            return failure(
                    unknown ? "cannot be asked: its host is not known" : "cannot be reached: nothing listens there",
                    cause);
        }
        String said = cause.getMessage();
        return failure(
                "gives no answer that can be read: "
                        + (said == null || said.isBlank() ? cause.getClass().getSimpleName() : said),
                cause);
    }

    private IOException unanswered(Throwable cause) {
        return failure("gave no answer within " + DurationFormat.format(limit), cause);
    }

    private CredentialException failure(String what, Throwable cause) {
        return new CredentialException(name() + " " + what, cause);
    }
}
