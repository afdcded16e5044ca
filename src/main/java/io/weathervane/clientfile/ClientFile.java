package io.weathervane.clientfile;

import io.weathervane.util.FileErrorMessages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration file of an MCP client.
 *
 * @param path absolute
 * @param text all of it, also a byte order mark
 * @param key under which the servers are
 * @param root all of it
 */
public record ClientFile(Path path, String text, String key, ObjectNode root) {
    /** What VS Code has the servers under. */
    static final String VS_CODE = "servers";

    private static final String OTHERS = "mcpServers";
    private static final String PROJECTS = "projects";

    /** Projects in a message; Claude Code's file may have hundreds. */
    private static final int PROJECTS_SHOWN_MAX = 5;

    /** Most bytes of a file; Claude Code keeps more than its servers in one, some MiB. */
    private static final int BYTES_MAX = 64 * 1024 * 1024;

    private static final String MARK = "\uFEFF";

    /** VS Code's files have comments and commas behind the last one. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Reads a file as a client would. */
    public static ClientFile read(Path file) {
        Path path = file.toAbsolutePath().normalize();
        return parse(path, text(path));
    }

    static ClientFile parse(Path path, String text) {
        JsonNode root = tree(path, text);
        String key = Stream.of(OTHERS, VS_CODE)
                .filter(name -> root.path(name).isObject())
                .findFirst()
                .orElseThrow(() -> new ClientFileException(path
                        + " has no servers: it needs an object mcpServers, or servers as VS Code has it"
                        + ofProjects(root).map(left -> "; " + left).orElse("")));
        return new ClientFile(path, text, key, (ObjectNode) root);
    }

    private static JsonNode tree(Path path, String text) {
        try {
            return JSON.readTree(withoutMark(text));
        } catch (JacksonException e) {
            String where = e.getLocation() == null || e.getLocation().getLineNr() < 1
                    ? ""
                    : ": line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            // Its own words may have a value.
            throw new ClientFileException(path + " is not JSON" + where);
        }
    }

    private static String withoutMark(String text) {
        return text.startsWith(MARK) ? text.substring(1) : text;
    }

    private static String text(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new ClientFileException(path + " has more than " + BYTES_MAX / (1024 * 1024) + " MiB");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ClientFileException(path + " is not UTF-8", e);
        } catch (IOException e) {
            throw new ClientFileException("cannot read " + path + ": " + FileErrorMessages.reason(e), e);
        }
    }

    /** That servers of projects stay as they are, and what to do; empty when there are none. */
    public Optional<String> ofProjects() {
        return ofProjects(root);
    }

    private static Optional<String> ofProjects(JsonNode root) {
        List<String> projects = projectsWithServers(root);
        int more = projects.size() - PROJECTS_SHOWN_MAX;
        return Optional.of(String.join(
                        ", ", projects.stream().limit(PROJECTS_SHOWN_MAX).toList()))
                .filter(text -> !text.isEmpty())
                .map(text -> "the servers that " + PROJECTS + " has for " + text
                        + (more > 0 ? " and " + more + " more" : "")
                        + " stay as they are: move them into .mcp.json in the project's folder, and adopt that");
    }

    /** The folders of the projects that have servers of their own in Claude Code's file; those are none of {@link #entries}. */
    private static List<String> projectsWithServers(JsonNode root) {
        return root.path(PROJECTS).properties().stream()
                .filter(project -> !project.getValue().path(OTHERS).isEmpty())
                .map(project -> ClientEntry.shown(project.getKey()))
                .toList();
    }

    /** The servers in the order of the file. */
    public Map<String, ClientEntry> entries(Function<String, Optional<String>> environment) {
        Map<String, ClientEntry> entries = new LinkedHashMap<>();
        root.path(key).properties().forEach(entry -> {
            if (!(entry.getValue() instanceof ObjectNode json)) {
                throw new ClientFileException(path + ": " + key + " has " + ClientEntry.shown(entry.getKey())
                        + ", which is not an object with a command or a url");
            }
            entries.put(entry.getKey(), new ClientEntry(this, entry.getKey(), json, environment));
        });
        return Collections.unmodifiableMap(entries);
    }

    /** Whether it is of VS Code. */
    boolean isOfVsCode() {
        return key.equals(VS_CODE);
    }

    /** Number of characters before the text that is parsed. */
    int markLength() {
        return text.length() - withoutMark(text).length();
    }
}
