package io.weathervane.contract.enforcement;

import io.weathervane.contract.ContractFile;
import io.weathervane.contract.ToolContract;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A worker in a few lines of shell that lists the tools in a file, which may be written anew while it runs: a call of its
 * tool {@code relist} has it say so. Every call succeeds.
 */
public final class ListingWorker {
    private static final String SCRIPT = """
        while IFS= read -r line; do
            id=${line#*'"id":'}
            reply='"error":{"code":-32601,"message":"Method not found"}'
            case $line in
            *'"method":"initialize"'*)
                reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"listing","version":"1"}}' ;;
            *'"method":"notifications/'*) continue ;;
            *'"method":"tools/list"'*) reply='"result":{"tools":['$(cat "$1")']}' ;;
            *'"method":"ping"'*) reply='"result":{}' ;;
            *'"method":"tools/call"'*)
                case $line in *'"name":"relist"'*) echo '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}' ;; esac
                reply='"result":{"content":[{"type":"text","text":"done"}],"isError":false}' ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%%[,\\}]*}" "$reply"
        done
        """;

    public static final String RELIST = tool("relist", "'destructiveHint':false");
    public static final String MOVE = tool("move", "'destructiveHint':false");
    public static final String MOVE_DESTRUCTIVE = tool("move", "'destructiveHint':true");
    static final String MOVE_OPEN = tool("move", "'destructiveHint':true,'openWorldHint':true");
    static final String READ = tool("read", "'readOnlyHint':true");

    private ListingWorker() {}

    /** A tool that says nothing of the open world but that it stays out of it, unless it says more. */
    private static String tool(String name, String hints) {
        String closed = hints.contains("openWorldHint") ? hints : hints + ",'openWorldHint':false";
        return ("{'name':'" + name + "','inputSchema':{'type':'object'},'annotations':{" + closed + "}}")
                .replace('\'', '"');
    }

    /** Puts the program there; a release's command is {@code sh listing.sh FILE}. */
    public static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("listing.sh"), SCRIPT);
    }

    /** What the releases with this file list from now on, once they are asked. */
    public static void list(Path folder, String file, String... tools) throws IOException {
        Path next = Files.writeString(folder.resolve(file + ".next"), String.join(",", tools));
        Files.move(next, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Writes a contract with these tools, as the command does. */
    public static void promise(Path folder, String file, String... tools) {
        List<ObjectNode> definitions = Arrays.stream(tools)
                .map(tool -> (ObjectNode) JsonRpcCodec.JSON.readTree(tool))
                .toList();
        new ContractFile(folder.resolve(file)).write(ToolContract.of(definitions));
    }
}
