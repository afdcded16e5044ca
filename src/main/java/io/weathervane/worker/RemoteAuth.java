package io.weathervane.worker;

import java.net.URI;
import java.util.Optional;

/** Authentication of requests to a remote server. It has references to secrets, no secret. */
public sealed interface RemoteAuth {
    /** The secret that it needs. */
    SecretReference secret();

    /** A token that another issued and renews. */
    record BearerToken(SecretReference secret) implements RemoteAuth {}

    /**
     * A token that is fetched by the client credentials grant of OAuth 2 (RFC 6749, section 4.4).
     *
     * @param secret of the client
     * @param resource the server that the token is for (RFC 8707)
     */
    record OAuthClient(
            URI tokenUrl, String clientId, SecretReference secret, Optional<String> scope, Optional<String> resource)
            implements RemoteAuth {}
}
