package io.weathervane.tool;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Role of a caller: the tools that it may use. None includes another: an approver without {@link #OPERATOR} cannot
 * promote.
 */
public enum CallerRole {
    /** Sees everything that changes nothing. */
    VIEWER,
    /** Changes things, and asks for approvals. */
    OPERATOR,
    /** Grants what others asked for. */
    APPROVER;

    /** The usual rule: reading takes a viewer, everything else an operator. */
    static CallerRole toCall(ToolDefinition tool) {
        return tool.annotations().readOnly() ? VIEWER : OPERATOR;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CallerRole> of(String wireName) {
        return Stream.of(values())
                .filter(role -> role.wireName().equals(wireName))
                .findFirst();
    }
}
