package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Owner of a workspace, as written in its lock file.
 *
 * @param transports the ways it is served by the owner: {@code stdio}, {@code http}
 * @param url where it listens, when it serves HTTP
 * @param command the command in front of which it was put on the command line; empty when there was none
 */
public record WorkspaceOwnerInfo(
        long pid, Instant startedAt, List<String> transports, Optional<String> url, List<String> command) {
    public WorkspaceOwnerInfo {
        transports = List.copyOf(transports);
        command = List.copyOf(command);
    }

    public static WorkspaceOwnerInfo ofThisProcess(Instant startedAt, List<String> transports) {
        return ofThisProcess(startedAt, transports, List.of());
    }

    public static WorkspaceOwnerInfo ofThisProcess(Instant startedAt, List<String> transports, List<String> command) {
        return new WorkspaceOwnerInfo(ProcessHandle.current().pid(), startedAt, transports, Optional.empty(), command);
    }

    public WorkspaceOwnerInfo withUrl(String at) {
        return new WorkspaceOwnerInfo(pid, startedAt, transports, Optional.of(at), command);
    }

    /** For a message: {@code process 4711, serving stdio and http at http://127.0.0.1:3000, since ...}. */
    public String describe() {
        String serving = transports.isEmpty() ? "" : ", serving " + String.join(" and ", transports);
        return "process " + pid + serving + url.map(at -> " at " + at).orElse("") + ", since " + startedAt;
    }

    /** Whether no process has its number any more. */
    public boolean isGone() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
    }

    /** One line, with its end. */
    byte[] toBytes() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        json.put("pid", pid);
        json.put("startedAt", startedAt.toString());
        put(json, "transports", transports);
        put(json, "command", command);
        url.ifPresentOrElse(at -> json.put("url", at), () -> json.putNull("url"));
        return (JsonRpcCodec.JSON.writeValueAsString(json) + '\n').getBytes(StandardCharsets.UTF_8);
    }

    /** Reads the first line, behind which the end of a longer entry may be; empty when it names no owner. */
    static Optional<WorkspaceOwnerInfo> from(byte[] bytes) {
        String all = new String(bytes, StandardCharsets.UTF_8);
        int end = all.indexOf('\n');
        try {
            JsonNode json = JsonRpcCodec.JSON.readTree(end < 0 ? all : all.substring(0, end));
            if (!json.path("pid").isIntegralNumber()) {
                return Optional.empty();
            }
            return Optional.of(new WorkspaceOwnerInfo(
                    json.path("pid").longValue(),
                    Instant.parse(json.path("startedAt").asString("")),
                    texts(json.path("transports")),
                    Optional.of(json.path("url")).filter(JsonNode::isString).map(JsonNode::stringValue),
                    texts(json.path("command"))));
        } catch (JacksonException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static void put(ObjectNode json, String name, List<String> texts) {
        ArrayNode list = json.putArray(name);
        texts.forEach(list::add);
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
