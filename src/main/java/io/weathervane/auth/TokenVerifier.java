package io.weathervane.auth;

import java.util.Optional;

/** One way to know whose a token is. */
interface TokenVerifier {
    TokenVerdict check(String token);

    /** Why no token can be known now, for the health report; empty while all is well. */
    Optional<String> problem();
}
