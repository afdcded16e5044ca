package io.weathervane.mcp;

import io.weathervane.tool.Caller;

/**
 * Finds the owner of a caller's tasks: its principal, by whatever transport; the server's own user is one however it
 * comes.
 */
final class TaskOwnerResolver {
    private static final String SERVERS_USER = "server's user";

    private TaskOwnerResolver() {}

    static String of(Caller caller) {
        return isServersUser(caller) ? SERVERS_USER : caller.transport() + "/" + caller.name();
    }

    static boolean isServersUser(Caller caller) {
        return caller.identity() == Caller.Identity.SERVER_USER;
    }
}
