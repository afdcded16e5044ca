package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.PeerMessageReader;
import java.util.List;
import java.util.Locale;

/** Decides whether an answer says that the server knows the session no longer, so that it executed nothing. */
final class SessionLoss {
    /** What the SDKs' transports refuse a request by; some of their examples repeat its id. */
    private static final int TRANSPORT_ERROR = -32000;

    private SessionLoss() {}

    /**
     * A 404 is it by the specification (MCP 2025-11-25 basic/transports). Servers after the SDKs' examples answer 400: with
     * an error that speaks of the session, or, where they make a transport anew for an unknown one, of no initialization.
     *
     * @param json whether the body is JSON, and whole
     */
    static boolean is(CompleteResponse answer, RemoteSession session, boolean json) {
        if (session.id().isEmpty()) {
            return false;
        }
        List<JsonRpcMessage> messages =
                json ? PeerMessageReader.read(answer.body()).messages() : List.of();
        return switch (answer.status()) {
            case 404 -> messages.stream().noneMatch(SessionLoss::isUnknownMethod);
            case 400 -> messages.stream().anyMatch(SessionLoss::isAboutSession);
            default -> false;
        };
    }

    private static boolean isUnknownMethod(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Failure failure
                && failure.code() == ErrorCode.METHOD_NOT_FOUND.code()
                && failure.id() != null;
    }

    private static boolean isAboutSession(JsonRpcMessage message) {
        if (!(message instanceof JsonRpcMessage.Failure failure)) {
            return false;
        }
        String text = failure.message().toLowerCase(Locale.ROOT);
        boolean ofTransport = failure.id() == null || failure.code() == TRANSPORT_ERROR;
        return ofTransport && (text.contains("session") || text.contains("not initialized"));
    }
}
