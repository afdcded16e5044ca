package io.weathervane.auth;

import io.weathervane.tool.CallerRole;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line of the token file: who holds the token, never the token.
 *
 * @param name goes into the audit
 * @param sha256 of the token, in hexadecimal
 * @param expires when it stops being good; empty when it does not
 */
record TokenEntry(String name, String sha256, Set<CallerRole> roles, Instant created, Optional<Instant> expires) {
    /** No {@code @}, so that a name never is that of a person an issuer vouches for. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Names that mean something else in the audit. */
    private static final Set<String> TAKEN = Set.of("local", "system", "nobody", "monitor", "unknown");

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    TokenEntry {
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new IllegalArgumentException("a name has 1 to 64 letters, digits, '.', '_' and '-', begins with a"
                    + " letter or digit, and is none of "
                    + String.join(", ", TAKEN.stream().sorted().toList()));
        }
        if (!HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256 has 64 hexadecimal digits in lower case");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("there must be a role: viewer, operator or approver");
        }
        roles = Set.copyOf(roles);
    }
}
