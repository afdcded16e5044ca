package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A release as it stands in the database. */
public final class ReleaseDefinitionCodec {
    private ReleaseDefinitionCodec() {}

    public static String write(WorkerRelease release) {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        json.put("label", release.label());
        json.put("kind", release.protocol().wireName());
        release.launch().ifPresent(launch -> write(launch, json));
        release.remote().ifPresent(remote -> json.set("remote", RemoteSpecCodec.write(remote)));
        json.putObject("probe")
                .put("method", release.probe().method())
                .put("timeoutMs", release.probe().timeout().toMillis())
                .put("retryAfterMs", release.probe().retryAfter().toMillis());
        json.put("callTimeoutMs", release.callTimeout().toMillis());
        release.tools().forEach(tool -> json.withArray("tools").add(tool(tool)));
        return json.toString();
    }

    private static void write(LaunchSpec launch, ObjectNode json) {
        launch.command().forEach(json.putArray("command")::add);
        ObjectNode environment = json.putObject("environment");
        new TreeMap<>(launch.environment()).forEach(environment::put);
        json.put("inheritsAll", launch.inheritance().everything());
        launch.inheritance().sorted().forEach(json.putArray("inheritance")::add);
        launch.folder().ifPresent(folder -> json.put("folder", folder.toString()));
        launch.user().ifPresent(user -> json.put("user", user));
        launch.references().stream()
                .map(SecretReference::toString)
                .sorted()
                .forEach(reference -> json.withArray("references").add(reference));
    }

    private static ObjectNode tool(JsonRpcToolConfig tool) {
        ObjectNode json = JsonRpcCodec.JSON
                .createObjectNode()
                .put("name", tool.name())
                .put("description", tool.description())
                .put("method", tool.method())
                .put("readOnly", tool.readOnly());
        json.set("inputSchema", tool.inputSchema());
        return json;
    }

    /** The release, or empty when the text is not one. */
    public static Optional<WorkerRelease> read(String text) {
        try {
            return Optional.of(release(JsonRpcCodec.JSON.readTree(text)));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static WorkerRelease release(JsonNode json) {
        JsonNode probe = json.path("probe");
        return new WorkerRelease(
                json.path("label").asString(""),
                WorkerProtocol.of(json.path("kind").asString(""))
                        .orElseThrow(() -> new IllegalArgumentException("unknown kind")),
                json.has("remote") ? RemoteSpecCodec.read(json.get("remote")) : launch(json),
                new HealthProbeSpec(
                        probe.path("method").asString(""),
                        Duration.ofMillis(probe.path("timeoutMs").asLong(0)),
                        Duration.ofMillis(probe.path("retryAfterMs").asLong(0))),
                Duration.ofMillis(json.path("callTimeoutMs").asLong(0)),
                tools(json.path("tools")));
    }

    private static LaunchSpec launch(JsonNode json) {
        return new LaunchSpec(
                texts(json.path("command")),
                environment(json.path("environment")),
                Optional.ofNullable(json.get("folder")).map(folder -> Path.of(folder.asString(""))),
                Optional.ofNullable(json.get("user")).map(user -> user.asString("")),
                new InheritedEnvironment(
                        json.path("inheritsAll").asBoolean(false), Set.copyOf(texts(json.path("inheritance")))),
                texts(json.path("references")).stream()
                        .flatMap(text -> SecretReference.parse(text).stream())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asString("")));
        return texts;
    }

    private static Map<String, String> environment(JsonNode object) {
        Map<String, String> environment = new LinkedHashMap<>();
        object.properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asString("")));
        return environment;
    }

    private static List<JsonRpcToolConfig> tools(JsonNode array) {
        List<JsonRpcToolConfig> tools = new ArrayList<>();
        for (JsonNode tool : array) {
            if (tool.get("inputSchema") instanceof ObjectNode schema) {
                tools.add(new JsonRpcToolConfig(
                        tool.path("name").asString(""),
                        tool.path("description").asString(""),
                        schema,
                        tool.path("method").asString(""),
                        tool.path("readOnly").asBoolean(false)));
            }
        }
        return tools;
    }
}
