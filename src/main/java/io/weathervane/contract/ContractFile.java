package io.weathervane.contract;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.SafeText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A file with a contract: what is in it is checked, because people edit it. */
public record ContractFile(Path path) {
    private static final long BYTES_MAX = 16L * 1024 * 1024;
    private static final int SHOWN_MAX = 60;

    /** The contract in the file; empty when there is no such file. */
    public Optional<ToolContract> read() {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        JsonNode root = tree();
        if (!(root instanceof ObjectNode file)) {
            throw refused(
                    "", "must be a JSON object with " + ToolContract.VERSION_KEY + " and " + ToolContract.TOOLS_KEY);
        }
        onlyKeys("", file, List.of(ToolContract.VERSION_KEY, ToolContract.TOOLS_KEY));
        JsonNode version = file.path(ToolContract.VERSION_KEY);
        if (!version.isIntegralNumber() || version.asInt(0) != ToolContract.VERSION) {
            throw refused(
                    "/" + ToolContract.VERSION_KEY, "must be " + ToolContract.VERSION + ", was " + shown(version));
        }
        return Optional.of(ToolContract.of(tools(file.path(ToolContract.TOOLS_KEY))));
    }

    /** The contract in the file, which must be there. */
    public ToolContract required() {
        return read().orElseThrow(() -> new ContractFileException("The contract " + path
                + " does not exist. `weathervane contract write --against " + path + " ...` makes it."));
    }

    private JsonNode tree() {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw refused("", "must have at most " + BYTES_MAX + " bytes, has " + Files.size(path));
            }
            return JsonRpcCodec.JSON.readTree(Files.readString(path));
        } catch (IOException e) {
            throw new ContractFileException("The contract " + path + " cannot be read: " + e);
        } catch (JacksonException e) {
            String where = Optional.ofNullable(e.getLocation())
                    .map(at -> "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ")
                    .orElse("");
            throw new ContractFileException("The contract " + path + " is no JSON: " + where + JsonRpcCodec.reason(e));
        }
    }

    private List<ObjectNode> tools(JsonNode list) {
        if (!list.isArray()) {
            throw refused("/" + ToolContract.TOOLS_KEY, "must be a list of tools, was " + shown(list));
        }
        List<ObjectNode> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int index = 0; index < list.size(); index++) {
            String at = "/" + ToolContract.TOOLS_KEY + "/" + index;
            if (!(list.path(index) instanceof ObjectNode tool)) {
                throw refused(at, "must be a tool's definition, was " + shown(list.path(index)));
            }
            ContractToolCheck.problem(tool).ifPresent(problem -> {
                throw refused(at + problem.pointer(), problem.rule());
            });
            String name = tool.path(ToolContract.NAME).asString("");
            if (!names.add(name)) {
                throw refused(at + "/" + ToolContract.NAME, "names \"" + SafeText.line(name) + "\" a second time");
            }
            tools.add(tool);
        }
        return tools;
    }

    private void onlyKeys(String at, ObjectNode object, List<String> allowed) {
        for (String key : object.propertyNames()) {
            if (!allowed.contains(key)) {
                throw refused(at + "/" + SafeText.line(key), "is unknown; known are " + String.join(", ", allowed));
            }
        }
    }

    static String shown(JsonNode value) {
        return value.isMissingNode() ? "missing" : shortened(SafeText.line(JsonRpcCodec.text(value)));
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }

    private ContractFileException refused(String pointer, String rule) {
        return new ContractFileException(
                "The contract " + path + (pointer.isEmpty() ? "" : " at " + pointer) + " " + rule + ".");
    }

    /**
     * Puts the contract into the file; what is no contract is not overwritten, and what could not be read again is not
     * written.
     */
    public void write(ToolContract contract) {
        try {
            var unused = read();
        } catch (ContractFileException e) {
            throw new ContractFileException(e.getMessage() + " It was left as it is: move it away to write a new one.");
        }
        var unusedTools = tools(JsonRpcCodec.JSON.createArrayNode().addAll(contract.tools()));
        try {
            AtomicFiles.replaceKeepingOwner(
                    path.toAbsolutePath(), contract.text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ContractFileException("The contract " + path + " cannot be written: " + e);
        }
    }
}
