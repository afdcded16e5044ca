package io.weathervane.transport.stdio;

/** The part of a session of lines that only clients of the legacy generation need: lines of several messages. */
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
