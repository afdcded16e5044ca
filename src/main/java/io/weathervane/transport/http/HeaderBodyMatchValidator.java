package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.McpRequest;
import io.weathervane.tool.RequestedTool;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Holds the headers of a modern request against its body, so that what a proxy decides by the headers is
 * what the body does (MCP 2026-07-28 basic/transports/streamable-http, server validation).
 */
final class HeaderBodyMatchValidator {
    static final String VERSION = "MCP-Protocol-Version";
    static final String METHOD = "Mcp-Method";
    static final String NAME = "Mcp-Name";

    private static final String BASE64_BEGIN = "=?base64?";
    private static final String BASE64_END = "?=";

    private HeaderBodyMatchValidator() {}

    /** Throws a header mismatch when they disagree. */
    static void verify(HttpFields headers, McpRequest request) {
        same(VERSION, only(headers, VERSION), request.version());
        same(METHOD, only(headers, METHOD), request.method());
        JsonNode name = named(request);
        if (name.isString()) {
            same(NAME, decoded(NAME, only(headers, NAME)), name.stringValue());
        }
        request.tool().flatMap(RequestedTool::definition).ifPresent(tool -> {
            JsonNode schema = tool.json().path("inputSchema");
            ParamHeaderValidator.verify(headers, schema, request.params().path("arguments"));
        });
    }

    /** What the header that names the request's object has to say; a missing node when there is no such header. */
    private static JsonNode named(McpRequest request) {
        return switch (request.method()) {
            case "tools/call", "prompts/get" -> request.params().path("name");
            case "resources/read" -> request.params().path("uri");
            case "tasks/get", "tasks/update", "tasks/cancel" -> request.params().path("taskId");
            default -> MissingNode.getInstance();
        };
    }

    private static void same(String header, @Nullable String value, String inBody) {
        if (value == null) {
            throw mismatch("the header " + header + " is missing");
        }
        if (!value.equals(inBody)) {
            throw mismatch("the header " + header + " does not say what the body says");
        }
    }

    /** The header's value without the space around it, null when it is missing; it must not say two things. */
    static @Nullable String only(HttpFields headers, String header) {
        String found = null;
        for (HttpField field : headers) {
            if (field.is(header)) {
                String value = field.getValue() == null ? "" : field.getValue().trim();
                if (found != null && !found.equals(value)) {
                    throw mismatch("the header " + header + " is there twice");
                }
                found = value;
            }
        }
        return found;
    }

    /** A header's value, out of its base64 wrapper when it has one. */
    static @Nullable String decoded(String header, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (!value.startsWith(BASE64_BEGIN) || !value.endsWith(BASE64_END)) {
            return visible(header, value);
        }
        int end = value.length() - BASE64_END.length();
        if (end < BASE64_BEGIN.length()) {
            throw mismatch("the header " + header + " is not valid base64");
        }
        return fromBase64(header, value.substring(BASE64_BEGIN.length(), end));
    }

    private static String visible(String header, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c > '~') {
                throw mismatch("the header " + header + " has characters that only base64 can carry");
            }
        }
        return value;
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
