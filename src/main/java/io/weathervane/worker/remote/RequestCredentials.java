package io.weathervane.worker.remote;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Headers that let each request into a remote release, and the TLS that it uses. Used by several threads. */
public interface RequestCredentials {
    /** For a server that lets everybody in and whose certificate the JDK knows. */
    RequestCredentials NONE = new RequestCredentials() {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public boolean refreshAfterUnauthorized(Map<String, String> refused) {
            return false;
        }
    };

    /**
     * The headers by their names; may fetch or refresh a token, within a bounded time.
     *
     * @throws IOException when there are none now; its message is for an operator and has no secret
     */
    Map<String, String> headers() throws IOException;

    /**
     * Told of a 401: drops what was refused.
     *
     * @param refused what {@link #headers} gave the request, so that of many that are refused at once the first alone fetches anew
     * @return whether {@link #headers} may be others now, so that the request is worth being made once again
     */
    boolean refreshAfterUnauthorized(Map<String, String> refused) throws IOException;

    /** Text of a server, which may repeat what it was sent, without the secrets that requests carry. */
    default String withoutSecrets(String text) {
        return text;
    }

    /** TLS with a certificate authority or a certificate of its own; the JDK's when empty. Asked at each new connection of a worker. */
    default Optional<SSLContext> tls() throws IOException {
        return Optional.empty();
    }
}
