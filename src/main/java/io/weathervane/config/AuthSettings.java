package io.weathervane.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may come in through HTTP; with neither, every caller on this machine, and no other.
 *
 * @param tokenFile hashes of the tokens that {@code weathervane token create} made
 * @param oauth whose access tokens are believed
 */
public record AuthSettings(Optional<Path> tokenFile, Optional<OAuthSettings> oauth) {
    public static AuthSettings none() {
        return new AuthSettings(Optional.empty(), Optional.empty());
    }

    /** Whether callers have to prove who they are. */
    public boolean isConfigured() {
        return tokenFile.isPresent() || oauth.isPresent();
    }

    static AuthSettings from(Section section, Path base) {
        AuthSettings auth = new AuthSettings(
                section.section(
                        "tokens",
                        tokens -> Paths.file(tokens, "file", base)
                                .orElseThrow(() -> tokens.missing(
                                        "file",
                                        "the file that `weathervane token create` writes, such as tokens.json"))),
                section.section("oauth", oauth -> OAuthSettings.from(oauth, base)));
        if (!auth.isConfigured()) {
            throw section.refused("has nothing in it: give tokens or oauth, or remove it");
        }
        return auth;
    }
}
