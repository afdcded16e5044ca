package io.weathervane.block;

import io.weathervane.tool.NameGlob;
import io.weathervane.util.SafeText;
import java.util.Optional;

/**
 * The calls that a block stops. Its text is its id and the key of its row: {@code all}, {@code writes}, {@code
 * service:NAME}, {@code writes:NAME}, {@code tool:PATTERN}.
 *
 * @param of a service's name, or a pattern for the names of tools; empty where the kind says all
 */
public record BlockScope(Kind kind, String of) {
    /** Every call of a worker's tool. */
    public static final BlockScope ALL = new BlockScope(Kind.ALL, "");

    /** Every call of a worker's tool that does not say it only reads. */
    public static final BlockScope WRITES = new BlockScope(Kind.WRITES, "");

    /** What the texts may be, in words. */
    public static final String ALLOWED = "all, writes, service:NAME, writes:NAME or tool:PATTERN";

    /** Longest part of a text that is said back. */
    private static final int SHOWN_MAX = 80;

    /** Kind of calls, see {@link BlockScope}. */
    public enum Kind {
        ALL,
        WRITES,
        SERVICE,
        SERVICE_WRITES,
        TOOL,
        /** A row that is not understood: it stops everything, since what was meant is unknown. */
        NOT_UNDERSTOOD
    }

    public static BlockScope service(String name) {
        return new BlockScope(Kind.SERVICE, name);
    }

    public static BlockScope writesOf(String service) {
        return new BlockScope(Kind.SERVICE_WRITES, service);
    }

    public static BlockScope tool(NameGlob glob) {
        return new BlockScope(Kind.TOOL, glob.text());
    }

    /** The scope that a text stands for; empty when it stands for none. */
    public static Optional<BlockScope> parse(String text) {
        if (text.equals("all")) {
            return Optional.of(ALL);
        }
        if (text.equals("writes")) {
            return Optional.of(WRITES);
        }
        return after("service:", text)
                .map(BlockScope::service)
                .or(() -> after("writes:", text).map(BlockScope::writesOf))
                .or(() -> after("tool:", text).map(glob -> new BlockScope(Kind.TOOL, glob)));
    }

    /** The same of a row that some program wrote. */
    static BlockScope ofRow(String text) {
        return parse(text).orElseGet(() -> new BlockScope(Kind.NOT_UNDERSTOOD, text));
    }

    private static Optional<String> after(String begin, String text) {
        return Optional.of(text)
                .filter(whole -> whole.startsWith(begin))
                .map(whole -> whole.substring(begin.length()))
                .filter(NameGlob::isValid);
    }

    /** Its id, which {@link #parse} reads. */
    public String text() {
        return switch (kind) {
            case ALL -> "all";
            case WRITES -> "writes";
            case SERVICE -> "service:" + of;
            case SERVICE_WRITES -> "writes:" + of;
            case TOOL -> "tool:" + of;
            case NOT_UNDERSTOOD -> of;
        };
    }

    /** Whether it stops a call of this tool. */
    public boolean covers(CalledTool tool) {
        return switch (kind) {
            case ALL, NOT_UNDERSTOOD -> true;
            case WRITES -> !tool.readOnly();
            case SERVICE -> tool.service().equals(of);
            case SERVICE_WRITES -> tool.service().equals(of) && !tool.readOnly();
            case TOOL -> new NameGlob(of).matches(tool.name());
        };
    }

    /** In words, for those whose call it stops. */
    public String inWords() {
        String shown = SafeText.line(of, SHOWN_MAX);
        return switch (kind) {
            case ALL -> "all calls of workers' tools";
            case WRITES -> "all calls of tools that do not say they only read";
            case SERVICE -> "all calls of the service " + shown;
            case SERVICE_WRITES -> "all calls of the service " + shown + " of tools that do not say they only read";
            case TOOL -> "all calls of " + shown;
            case NOT_UNDERSTOOD ->
                "all calls of workers' tools, because a row of call_blocks is not understood (\"" + shown
                        + "\"; it may be " + ALLOWED + ")";
        };
    }
}
