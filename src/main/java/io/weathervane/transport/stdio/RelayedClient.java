package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.Caller;
import io.weathervane.tool.OperationsScope;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first line of a process that passes its stdio client on to the owner of the workspace: a notification by which the
 * owner treats what follows as that client's, not as the command line's. It only takes from the caller, so it may come from
 * any caller; an owner that does not know it ignores it.
 */
public final class RelayedClient {
    private static final String METHOD = "notifications/weathervane/relayed-client";

    private RelayedClient() {}

    /** The line, without its end. */
    public static byte[] line(OperationsScope offered) {
        return ("{\"jsonrpc\":\"2.0\",\"method\":\"" + METHOD + "\",\"params\":{\"operations\":\"" + offered.wireName()
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static boolean isToldBy(JsonRpcMessage.Notification notification) {
        return notification.method().equals(METHOD);
    }

    /** The caller after this notification; a word that is not known offers nothing. */
    static Caller after(JsonRpcMessage.Notification notification, Caller caller) {
        String word = notification.params().path("operations").asString("");
        return caller.relayed()
                .offered(Optional.ofNullable(OperationsScope.byName().get(word)).orElse(OperationsScope.NONE));
    }
}
