package io.weathervane.transport.stdio;

/** What a session of lines has for clients of the legacy generation alone: lines of several messages. */
@FunctionalInterface
public interface LegacyLineSupport {
    /**
     * Serves a line that is more than one message.
     *
     * @return whether it is; any other line is left to the session
     * @throws io.weathervane.jsonrpc.JsonRpcException with the failure to answer, when all of it is refused
     */
    boolean serve(byte[] line, LineMessages messages);
}
