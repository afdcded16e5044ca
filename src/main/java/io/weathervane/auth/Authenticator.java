package io.weathervane.auth;

import io.weathervane.tool.CallerRole;
import io.weathervane.util.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets in callers through HTTP that show a token one of its checks knows. */
public final class Authenticator {
    private final List<TokenVerifier> verifiers;
    private final Optional<ProtectedResourceMetadata> resource;

    private Authenticator(List<TokenVerifier> verifiers, Optional<ProtectedResourceMetadata> resource) {
        this.verifiers = List.copyOf(verifiers);
        this.resource = resource;
    }

    /**
     * Reads what is needed for it.
     *
     * @throws TokenFileException when the token file cannot be used
     */
    public static Authenticator by(Optional<Path> tokenFile, Optional<OAuthOptions> oauth, TimeSource time) {
        MonotonicTokenExpiry expiries = new MonotonicTokenExpiry(time.clock(), time.ticker());
        List<TokenVerifier> verifiers = new ArrayList<>();
        tokenFile.map(TokenHashFileStore::new).ifPresent(file -> verifiers.add(new TokenFileVerifier(file, expiries)));
        oauth.ifPresent(options -> verifiers.add(new OAuthTokenVerifier(options, expiries)));
        if (verifiers.isEmpty()) {
            throw new IllegalArgumentException("authentication needs a token file, an issuer, or both");
        }
        return new Authenticator(verifiers, oauth.map(ProtectedResourceMetadata::new));
    }

    /**
     * Finds the caller of a token. When one check cannot tell and no other check knows the token, the answer is
     * unknown.
     */
    public TokenVerdict check(String token) {
        TokenVerdict worst = new TokenVerdict.Refused("no token");
        for (TokenVerifier verifier : verifiers) {
            TokenVerdict verdict = verifier.check(token);
            if (verdict instanceof TokenVerdict.Known) {
                return verdict;
            }
            worst = worst instanceof TokenVerdict.Unavailable ? worst : verdict;
        }
        return worst;
    }

    /** Problems that keep some tokens from being known now, a sentence each. */
    public List<String> problems() {
        return verifiers.stream()
                .flatMap(verifier -> verifier.problem().stream())
                .toList();
    }

    /** Metadata by which clients get a token; empty when no issuer takes part. */
    public Optional<ProtectedResourceMetadata> resource() {
        return resource;
    }

    /** The {@code WWW-Authenticate} header for who shows no token. */
    public String challenge() {
        return "Bearer" + parameters(CallerRole.VIEWER, "");
    }

    /** The same for a token that is not good. */
    public String challengeInvalidToken() {
        return "Bearer error=\"invalid_token\"" + parameters(CallerRole.VIEWER, ",");
    }

    /** The same for a header that cannot be read. */
    public String challengeMalformed() {
        return "Bearer error=\"invalid_request\"" + parameters(CallerRole.VIEWER, ",");
    }

    /** The same for a token that is good, for something else: it names all scopes that this takes. */
    public String challengeScope(CallerRole needed) {
        return "Bearer error=\"insufficient_scope\"" + parameters(needed, ",");
    }

    private String parameters(CallerRole needed, String separator) {
        return resource.map(known -> separator + " resource_metadata=\"" + known.metadataAddress() + "\", scope=\""
                        + known.scopesFor(needed) + "\"")
                .orElse("");
    }
}
