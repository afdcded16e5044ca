package io.weathervane.auth;

import io.weathervane.tool.Caller;

/** What a token that a client showed is worth. No reason has any of the token in it. */
public sealed interface Verdict {
    /** It is good, and shows who this is. */
    record Known(Caller caller) implements Verdict {}

    /** It is not good. */
    record Refused(String why) implements Verdict {}

    /** Whether it is good cannot be found out now, so it is not let in; it may be later. */
    record Unknowable(String why) implements Verdict {}
}
