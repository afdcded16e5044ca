package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.McpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Holds the headers of a modern request against its body, so that what a proxy decides by the headers is
 * what the body does (MCP 2026-07-28 basic/transports/streamable-http, server validation).
 */
final class HeaderCheck {
    static final String VERSION = "MCP-Protocol-Version";
    static final String METHOD = "Mcp-Method";
    static final String NAME = "Mcp-Name";

    private static final String BASE64_BEGIN = "=?base64?";
    private static final String BASE64_END = "?=";

    private HeaderCheck() {}

    /** Throws a header mismatch when they disagree; the schema is that of the tool's arguments. */
    static void verify(HttpFields headers, McpRequest request, Function<String, JsonNode> schemaOfTool) {
        same(VERSION, headers.get(VERSION), request.version());
        same(METHOD, headers.get(METHOD), request.method());
        JsonNode name = request.params().path("name");
        if (request.method().equals("tools/call") && name.isString()) {
            same(NAME, decoded(NAME, headers.get(NAME)), name.stringValue());
            JsonNode schema = schemaOfTool.apply(name.stringValue());
            ParamHeaders.verify(headers, schema, request.params().path("arguments"));
        }
    }

    private static void same(String header, @Nullable String value, String inBody) {
        if (value == null) {
            throw mismatch("the header " + header + " is missing");
        }
        if (!value.trim().equals(inBody)) {
            throw mismatch("the header " + header + " does not say what the body says");
        }
    }

    /** A header's value, out of its base64 wrapper when it has one. */
    static @Nullable String decoded(String header, @Nullable String value) {
        String trimmed = value == null ? "" : value.trim();
        if (!trimmed.startsWith(BASE64_BEGIN) || !trimmed.endsWith(BASE64_END)) {
            return value;
        }
        int end = trimmed.length() - BASE64_END.length();
        if (end < BASE64_BEGIN.length()) {
            throw mismatch("the header " + header + " is not valid base64");
        }
        return fromBase64(header, trimmed.substring(BASE64_BEGIN.length(), end));
    }

    private static String fromBase64(String header, String text) {
        try {
            if (text.length() % 4 != 0) {
                throw mismatch("the header " + header + " is not valid base64: its padding is missing");
            }
            byte[] bytes = Base64.getDecoder().decode(text);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw mismatch("the header " + header + " is not valid base64 of UTF-8 text");
        }
    }

    static JsonRpcException mismatch(String why) {
        return new JsonRpcException(ErrorCode.HEADER_MISMATCH, "Header mismatch: " + why);
    }
}
