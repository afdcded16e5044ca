package io.weathervane.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes of the commands. */
final class ExitCode {
    public static final int OK = 0;

    /** The command was understood and the answer is no. */
    public static final int REFUSED = 1;

    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;

    /** The launcher's, for a build or a JDK that is missing. */
    public static final int CANNOT_START = 4;

    /** It was done, and whether it is good is not known. */
    public static final int UNVERIFIED = 5;

    /** 128 and the number of SIGINT, as shells have it. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}

    /** The codes and what they mean, for the help. */
    static Map<String, String> meanings() {
        Map<String, String> meanings = new LinkedHashMap<>();
        put(meanings, OK, "done; also for a command that only tells, whatever it tells");
        put(
                meanings,
                REFUSED,
                "understood, and the answer is no: refused, not possible, a tool's error, a dry run that finds what"
                        + " stands against it, an upgrade that was aborted, rolled back, escalated or left degraded, a"
                        + " broken audit");
        put(meanings, USAGE, "the command line or the configuration is wrong");
        put(meanings, UNREACHABLE, "no server answers");
        put(meanings, CANNOT_START, "the launcher found no JDK or could not build");
        put(
                meanings,
                UNVERIFIED,
                "done, but not verified: a promotion with too little traffic to judge it, an upgrade that is still"
                        + " under way, a restored worker that did not answer");
        put(meanings, INTERRUPTED, "interrupted (Ctrl-C)");
        return meanings;
    }

    private static void put(Map<String, String> meanings, int code, String meaning) {
        meanings.put(String.valueOf(code), meaning);
    }
}
