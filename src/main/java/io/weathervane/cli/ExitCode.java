package io.weathervane.cli;

/** What the commands' exit codes mean; 4 is the launcher's, for a build or a JDK that is missing. */
public final class ExitCode {
    public static final int OK = 0;

    /** The command was understood and the answer is no. */
    public static final int REFUSED = 1;

    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;

    private ExitCode() {}
}
