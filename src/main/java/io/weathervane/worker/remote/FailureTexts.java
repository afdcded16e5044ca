package io.weathervane.worker.remote;

import io.weathervane.util.SafeText;
import io.weathervane.util.TlsFailureText;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Explains to a person why a request got no answer. */
final class FailureTexts {
    private static final int TEXT_LENGTH_MAX = 300;
    private static final int CAUSES_MAX = 10;

    private FailureTexts() {}

    static String of(URI url, Throwable failure) {
        String where = RemoteHttp.shown(url);
        if (find(failure, UnresolvedAddressException.class).isPresent()
                || find(failure, UnknownHostException.class).isPresent()) {
            return "the host of " + where + " is not known (DNS)";
        }
        if (find(failure, HttpConnectTimeoutException.class).isPresent()) {
            return "no connection to " + where + " in time";
        }
        Optional<String> tls = TlsFailureText.of(failure);
        if (tls.isPresent()) {
            return "TLS with " + where + " failed: " + tls.get();
        }
        if (find(failure, ConnectException.class).isPresent()) {
            return "no connection to " + where + ": " + refused(innermost(failure));
        }
        boolean ended = "https".equalsIgnoreCase(url.getScheme())
                && find(failure, EOFException.class).isPresent();
        return "the connection to " + where + " broke: " + innermost(failure)
                + (ended ? "; a server that wants a client certificate (tls.certificate) may end it so" : "");
    }

    /** The JDK has no message where nothing listens. */
    private static String refused(String text) {
        return text.isEmpty() || text.equals("ConnectException") || text.equals("ClosedChannelException")
                ? "nothing listens there"
                : text;
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        @Nullable Throwable now = failure;
        for (int depth = 0; now != null && depth < CAUSES_MAX; depth++) {
            if (type.isInstance(now)) {
                return Optional.of(type.cast(now));
            }
            now = now.getCause();
        }
        return Optional.empty();
    }

    /** The last cause that says something: of a certificate, that it has expired. */
    private static String innermost(Throwable failure) {
        String text = "";
        @Nullable Throwable now = failure;
        for (int depth = 0; now != null && depth < CAUSES_MAX; depth++) {
            boolean wrapper = now instanceof CompletionException || now instanceof ExecutionException;
            String message = now.getMessage();
            if (!wrapper && message != null && !message.isBlank()) {
                text = message;
            } else if (!wrapper && text.isEmpty()) {
                text = now.getClass().getSimpleName();
            }
            now = now.getCause();
        }
        return SafeText.line(text, TEXT_LENGTH_MAX);
    }
}
