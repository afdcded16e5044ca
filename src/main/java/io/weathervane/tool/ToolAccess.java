package io.weathervane.tool;

import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Rules of access, and where a call that they deny is recorded.
 *
 * @param inForce the rules of this moment
 * @param onDenied told of the caller and the tool's name, on the call's thread: it must be quick
 */
public record ToolAccess(Supplier<AccessRules> inForce, BiConsumer<Caller, String> onDenied) {
    private static final ToolAccess OPEN = new ToolAccess(AccessRules::none, (caller, tool) -> {});

    /** Without any rule. */
    public static ToolAccess open() {
        return OPEN;
    }

    AccessRules rules() {
        return inForce.get();
    }
}
