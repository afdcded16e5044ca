package io.weathervane.config;

import io.weathervane.util.FileErrorMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * One YAML file as a tree that knows the line of each key. Bounded in size and depth; anchors and aliases
 * are refused, as the one thing by which a small file grows into a large tree.
 */
final class YamlDocument {
    /** Most bytes of a configuration: 256 KiB. */
    static final int BYTES_MAX = 256 * 1024;

    private static final int DEPTH_MAX = 32;

    private final String name;
    private final ObjectNode root;
    private final Map<String, Integer> lines;
    private final boolean absent;

    private YamlDocument(String name, ObjectNode root, Map<String, Integer> lines, boolean absent) {
        this.name = name;
        this.root = root;
        this.lines = lines;
        this.absent = absent;
    }

    /** The document of a file that need not exist: nothing is set in it. */
    static YamlDocument absent() {
        return new YamlDocument(
                "(no configuration file)", JsonNodeFactory.instance.objectNode(), Map.of(), /* absent= */ true);
    }

    static YamlDocument read(Path file) {
        return parse(file.toString(), bytes(file));
    }

    static YamlDocument parse(String name, byte[] bytes) {
        try {
            Map<String, Integer> lines = lines(name, bytes);
            JsonNode tree = Reader.YAML.readTree(bytes);
            if (tree.isMissingNode() || tree.isNull()) {
                return new YamlDocument(name, JsonNodeFactory.instance.objectNode(), lines, /* absent= */ false);
            }
            if (tree instanceof ObjectNode root) {
                return new YamlDocument(name, root, lines, /* absent= */ false);
            }
            throw new ConfigException(name + " must be a mapping of keys such as monitor: and workers:");
        } catch (JacksonException e) {
            throw new ConfigException(name + where(e) + " is not YAML that can be read: " + firstLine(e), e);
        }
    }

    ObjectNode root() {
        return root;
    }

    /** Whether there is no file. */
    boolean isAbsent() {
        return absent;
    }

    /** The same without the key at this JSON Pointer; empty when there is no such key. */
    Optional<YamlDocument> without(String pointer) {
        ObjectNode copy = root.deepCopy();
        JsonPointer key = JsonPointer.compile(pointer);
        return copy.at(key.head()) instanceof ObjectNode parent
                        && parent.remove(key.last().getMatchingProperty()) != null
                ? Optional.of(new YamlDocument(name, copy, lines, absent))
                : Optional.empty();
    }

    /** Where this key stands, for the start of a sentence: {@code /etc/weathervane.yaml line 7}. */
    String place(String pointer) {
        Integer line = lines.get(pointer);
        return line == null ? name : name + " line " + line;
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new ConfigException("the configuration " + file + " is a folder: name the file");
        }
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new ConfigException("the configuration " + file + " is larger than " + BYTES_MAX / 1024 + " KiB");
            }
            return bytes;
        } catch (IOException e) {
            throw new ConfigException(
                    "the configuration " + file + " cannot be read: " + FileErrorMessages.reason(e), e);
        }
    }

    private static Map<String, Integer> lines(String name, byte[] bytes) {
        Map<String, Integer> lines = new HashMap<>();
        try (YAMLParser parser = (YAMLParser) Reader.YAML.createParser(bytes)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int line = parser.currentTokenLocation().getLineNr();
                if (parser.isCurrentAlias() || parser.getObjectId() != null) {
                    throw new ConfigException(name + " line " + line
                            + " uses an anchor or alias (& or *), which is not supported: write the value out");
                }
                lines.putIfAbsent(parser.streamReadContext().pathAsPointer().toString(), line);
            }
        }
        return lines;
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " line " + e.getLocation().getLineNr();
    }

    private static String firstLine(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("no reason given");
    }

    /** Made when there is a file to read: a server without one starts sooner. */
    private static final class Reader {
        static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(DEPTH_MAX)
                                .maxDocumentLength(BYTES_MAX)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }
}
