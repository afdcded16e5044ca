package io.weathervane.auth;

import io.weathervane.tool.Caller;

/** The result of checking a token. A reason never contains any part of the token. */
public sealed interface TokenVerdict {
    /** It is good, and shows who this is. */
    record Known(Caller caller) implements TokenVerdict {}

    /** It is not good. */
    record Refused(String why) implements TokenVerdict {}

    /** Verdict on a token that cannot be checked now: it is not let in, and may be later. */
    record Unavailable(String why) implements TokenVerdict {}
}
