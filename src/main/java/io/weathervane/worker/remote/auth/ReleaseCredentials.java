package io.weathervane.worker.remote.auth;

import io.weathervane.util.Ticker;
import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.remote.RequestCredentials;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** Credentials of a release by its configuration, with the secrets as they are now. */
public final class ReleaseCredentials implements RequestCredentials {
    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";

    private final Map<String, HeaderTemplate> headers;
    private final SecretStore secrets;
    private final TlsContexts tls;
    private final Optional<TokenCache> tokens;

    private ReleaseCredentials(RemoteAccessSpec spec, SecretStore secrets, Clock clock, Ticker ticker) {
        this.headers = new LinkedHashMap<>(spec.headers());
        this.secrets = secrets;
        this.tls = new TlsContexts(spec.tls(), clock);
        this.tokens = spec.auth()
                .filter(OAuthClient.class::isInstance)
                .map(OAuthClient.class::cast)
                .map(client -> new TokenEndpoint(client, secrets, tls, TokenEndpoint.FETCH_LIMIT))
                .map(endpoint -> new TokenCache(endpoint, ticker));
        if (tokens.isEmpty()) {
            spec.auth().ifPresent(auth -> headers.put(AUTHORIZATION, new HeaderTemplate(BEARER + auth.secret())));
        }
    }

    /**
     * Credentials that are read when a request needs them.
     *
     * @param environment looks up a variable of the server
     * @param clock says which certificates are valid
     * @param ticker says when a token expires
     */
    public static RequestCredentials of(
            RemoteAccessSpec spec, Function<String, Optional<String>> environment, Clock clock, Ticker ticker) {
        return spec.isEmpty()
                ? RequestCredentials.NONE
                : new ReleaseCredentials(spec, new SecretStore(environment), clock, ticker);
    }

    @Override
    public Map<String, String> headers() throws IOException {
        Map<String, String> carried = new LinkedHashMap<>();
        for (Map.Entry<String, HeaderTemplate> header : headers.entrySet()) {
            carried.put(header.getKey(), header.getValue().resolve(secrets::read));
        }
        if (tokens.isPresent()) {
            carried.put(AUTHORIZATION, BEARER + tokens.get().token());
        }
        return carried;
    }

    @Override
    public boolean refreshAfterUnauthorized(Map<String, String> refused) throws IOException {
        if (tokens.isPresent()) {
            String token = refused.getOrDefault(AUTHORIZATION, "").replaceFirst("^" + BEARER, "");
            return tokens.get().refused(token) && !headers().equals(refused);
        }
        secrets.readFilesAgain();
        return !headers().equals(refused);
    }

    @Override
    public String withoutSecrets(String text) {
        return secrets.known().removeFrom(text);
    }

    @Override
    public Optional<SSLContext> tls() throws IOException {
        return tls.own();
    }
}
