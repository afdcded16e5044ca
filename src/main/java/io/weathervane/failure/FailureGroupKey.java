package io.weathervane.failure;

import java.util.Locale;
import java.util.Map;

/**
 * Feature that failed calls have in common, by which they are counted together.
 *
 * @param text of a tool's error its text without what differs from call to call; of a JSON-RPC error its code and name
 */
public record FailureGroupKey(Type type, String text) {
    /** Kinds of failed calls. */
    public enum Type {
        /** A result with {@code isError: true}. */
        TOOL_ERROR,
        JSON_RPC_ERROR,
        TIMEOUT,
        /** The worker's process ended with the call in its hands. */
        WORKER_EXITED,
        /** No answer can come any more, though the process did not end by itself. */
        ANSWER_LOST,
        MALFORMED_ANSWER,
        /** No connection to a server elsewhere: the call did not reach it. */
        UNREACHABLE,
        /** Its caller waited much longer than usual, and cancelled it. */
        GIVEN_UP,
        /** It waits so long that it counts as given up. */
        UNANSWERED,
        /** The caller's mistake: the worker lists no such tool. */
        UNKNOWN_TOOL,
        /** Refused as the caller's mistake, though such arguments went well before: judged by comparison. */
        REFUSED,
        /** Kinds beyond the number that is told apart. */
        OTHER;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Type of(String wireName) {
            for (Type type : values()) {
                if (type.wireName().equals(wireName)) {
                    return type;
                }
            }
            return OTHER;
        }
    }

    public static final FailureGroupKey TIMEOUT = new FailureGroupKey(Type.TIMEOUT, "time-out");
    public static final FailureGroupKey WORKER_EXITED = new FailureGroupKey(Type.WORKER_EXITED, "worker exited");
    public static final FailureGroupKey ANSWER_LOST = new FailureGroupKey(Type.ANSWER_LOST, "answer lost");
    public static final FailureGroupKey MALFORMED_ANSWER =
            new FailureGroupKey(Type.MALFORMED_ANSWER, "malformed answer");
    public static final FailureGroupKey UNREACHABLE = new FailureGroupKey(Type.UNREACHABLE, "not reached");
    public static final FailureGroupKey GIVEN_UP = new FailureGroupKey(Type.GIVEN_UP, "given up by its caller");
    public static final FailureGroupKey UNANSWERED = new FailureGroupKey(Type.UNANSWERED, "no answer yet");
    public static final FailureGroupKey UNKNOWN_TOOL = new FailureGroupKey(Type.UNKNOWN_TOOL, "unknown tool");

    /** What is beyond a bound. */
    static final FailureGroupKey OTHER = new FailureGroupKey(Type.OTHER, "other kinds");

    /** As JSON-RPC 2.0 and MCP name them. */
    private static final Map<Long, String> NAMES = Map.of(
            -32700L, "Parse error",
            -32600L, "Invalid Request",
            -32601L, "Method not found",
            -32602L, "Invalid params",
            -32603L, "Internal error",
            -32002L, "Resource not found",
            -32042L, "URL elicitation required");

    /** Codes that a server may define for itself (JSON-RPC 2.0 section 5.1). */
    private static final long SERVER_ERRORS_FIRST = -32099;

    private static final long SERVER_ERRORS_LAST = -32000;

    /** The kind of a result with {@code isError: true} that has this text, from which secrets are taken out already. */
    static FailureGroupKey ofToolError(String text) {
        return new FailureGroupKey(Type.TOOL_ERROR, ErrorTextNormalizer.normalize(text));
    }

    /** The same kind of a call whose arguments, or others of their form, went well before. */
    FailureGroupKey asRefusal() {
        return new FailureGroupKey(Type.REFUSED, text);
    }

    /** The kind of an answer that is a JSON-RPC error. */
    static FailureGroupKey ofCode(long code) {
        return new FailureGroupKey(Type.JSON_RPC_ERROR, code + " " + nameOf(code));
    }

    private static String nameOf(long code) {
        boolean ofServer = code >= SERVER_ERRORS_FIRST && code <= SERVER_ERRORS_LAST;
        return NAMES.getOrDefault(code, ofServer ? "Server error" : "Application error");
    }

    /** As people see it: a tool's own words are in quotes. */
    String shown() {
        return type == Type.TOOL_ERROR ? "tool error \"" + text + "\"" : text;
    }
}
