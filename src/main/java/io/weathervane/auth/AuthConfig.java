package io.weathervane.auth;

import io.weathervane.util.TimeSource;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Configuration of the callers that HTTP lets in; with neither part, every caller on this machine and no other.
 *
 * @param tokenFile hashes of the tokens that {@code weathervane token create} made
 * @param oauth whose access tokens are believed
 */
public record AuthConfig(Optional<Path> tokenFile, Optional<OAuthOptions> oauth) {
    public static AuthConfig none() {
        return new AuthConfig(Optional.empty(), Optional.empty());
    }

    /** Whether callers have to prove who they are. */
    public boolean isConfigured() {
        return tokenFile.isPresent() || oauth.isPresent();
    }

    /**
     * Reads what is needed for it; empty when nothing is configured.
     *
     * @throws TokenFileException when the token file cannot be used
     */
    public Optional<Authenticator> open(TimeSource time) {
        return isConfigured() ? Optional.of(Authenticator.by(tokenFile, oauth, time)) : Optional.empty();
    }
}
