package io.weathervane.contract;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.shadow.ToolDifference;
import io.weathervane.util.SafeText;
import io.weathervane.util.Sha256;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool that is no longer as the contract promises.
 *
 * @param promised the hash of what the contract has
 * @param found the hash of what the server lists
 * @param findings what callers could be hurt by, the gravest first; at least one
 */
public record DriftedTool(String tool, String promised, String found, List<ToolDifference> findings) {
    /** Findings that a sentence has. */
    private static final int FINDINGS_MAX = 3;

    public DriftedTool {
        findings = List.copyOf(findings);
    }

    /** @param definitions none of a tool that is not there */
    static String hash(List<ObjectNode> definitions) {
        ArrayNode all = JsonRpcCodec.JSON.createArrayNode();
        definitions.forEach(all::add);
        return Sha256.of(all.toString());
    }

    /** Tool that a person approves: as it is, against this promise. */
    public String fingerprint() {
        return Sha256.of(tool.length() + ":" + tool + promised + found);
    }

    /** {@code move_file (less safe hint: destructiveHint was false, is true)}. */
    public String line() {
        int more = findings.size() - FINDINGS_MAX;
        return SafeText.line(tool) + " ("
                + findings.stream()
                        .limit(FINDINGS_MAX)
                        .map(each -> each.severity().words() + ": " + SafeText.line(each.text()))
                        .collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + more + " more" : "") + ")";
    }

    /** The same as JSON, without whether it is approved. */
    public ObjectNode toJson() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode().put("tool", tool).put("found", found);
        findings.forEach(each -> json.withArray("findings").add(each.severity().wireName() + ": " + each.text()));
        return json;
    }
}
