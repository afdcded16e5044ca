package io.weathervane.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The two generations on the wire. */
enum Protocol {
    LEGACY("2025-11-25"),
    MODERN("2026-07-28");

    /** Ids have one width, so that a call is written once and only its id changes. */
    static final int FIRST_ID = 100_000_000;

    static final int ID_WIDTH = 9;

    /** What every right answer has in it: the default of the flag asked for. */
    static final String VALUE = "compact";

    static final String EXPECTED = '"' + VALUE + '"';

    private static final String TOOL = "mcp_admin_flags";
    private static final String ARGUMENTS = "{\"action\":\"get\",\"flag\":\"PROMPT_MODE\"}";
    private static final String META = "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"bench\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private final String version;

    Protocol(String version) {
        this.version = version;
    }

    String version() {
        return version;
    }

    /** Whether a client has to begin with {@code initialize}. */
    boolean hasHandshake() {
        return this == LEGACY;
    }

    byte[] initialize() {
        return utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\""
                + version + "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}");
    }

    byte[] initialized() {
        return utf8("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
    }

    /** The call that is measured, with {@link #FIRST_ID}. */
    byte[] call() {
        return call(TOOL, ARGUMENTS);
    }

    byte[] call(String tool, String arguments) {
        String meta = this == MODERN ? ",\"_meta\":" + META : "";
        return utf8("{\"jsonrpc\":\"2.0\",\"id\":" + FIRST_ID + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool + "\",\"arguments\":" + arguments + meta + "}}");
    }

    /** What HTTP adds to a call of the tool that is measured. */
    List<String> callHeaders() {
        return this == MODERN
                ? List.of("MCP-Protocol-Version: " + version, "Mcp-Method: tools/call", "Mcp-Name: " + TOOL)
                : List.of("MCP-Protocol-Version: " + version);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
