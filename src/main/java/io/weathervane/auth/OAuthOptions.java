package io.weathervane.auth;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An OAuth 2.1 issuer whose access tokens (JWT) are believed.
 *
 * @param issuer as the tokens' {@code iss} has it, to the letter
 * @param resource the address by which clients know this server, such as {@code https://ops.example.org/mcp}
 * @param keysUrl where the issuer publishes its keys (JWKS); empty when they are in a file
 * @param keysFile a file of them; empty when they are at an address
 */
public record OAuthOptions(
        String issuer, URI resource, Optional<URI> keysUrl, Optional<Path> keysFile, OAuthTokenPolicy tokens) {
    public OAuthOptions {
        if (keysUrl.isPresent() == keysFile.isPresent()) {
            throw new IllegalArgumentException("the keys are at an address or in a file");
        }
    }
}
