package io.weathervane.rollback;

import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Answers {@code look}, which only reads, and {@code save}; each call is written to {@code calls-LABEL}. While there is a
 * file {@code down} or {@code down-LABEL} every call fails, while there is {@code refuse} or {@code refuse-LABEL} it is
 * refused as invalid, and while there is {@code hang-LABEL} none is answered.
 */
public final class ScriptedWorker {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    private static final String SCRIPT = """
        label=$1
        cd "$2" || exit 1
        tool() { printf '{"name":"%s","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":%s}}' "$1" "$2"; }
        while IFS= read -r line; do
            id=${line#*'"id":'}
            case $line in
            *'"method":"notifications/'*) continue ;;
            *'"method":"initialize"'*)
                reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},'
                reply=$reply'"serverInfo":{"name":"'$label'","version":"1"}}' ;;
            *'"method":"tools/list"'*) reply='"result":{"tools":['$(tool look true),$(tool save "$3")']}' ;;
            *'"method":"tools/call"'*)
                printf '%s\\n' "$line" >>"calls-$label"
                [ -e "hang-$label" ] && continue
                reply='"result":{"content":[{"type":"text","text":"clear"}],"isError":false}'
                [ -e down ] || [ -e "down-$label" ] && reply='"error":{"code":-32000,"message":"upstream is down"}'
                [ -e refuse ] || [ -e "refuse-$label" ] && reply='"error":{"code":-32602,"message":"no such city"}' ;;
            *) reply='"result":{}' ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%%[,\\}]*}" "$reply"
        done
        """;

    private final Path folder;

    private ScriptedWorker(Path folder) {
        this.folder = folder;
    }

    /** Puts it there. */
    public static ScriptedWorker write(Path folder) throws IOException {
        Files.writeString(folder.resolve("worker.sh"), SCRIPT);
        return new ScriptedWorker(folder);
    }

    /**
     * A release of this worker.
     *
     * @param saveOnlyReads what the release says of {@code save}
     */
    public WorkerRelease release(String label, String saveOnlyReads) {
        return new WorkerRelease(
                label,
                WorkerProtocol.MCP,
                LaunchSpec.of(
                        List.of("sh", folder.resolve("worker.sh").toString(), label, folder.toString(), saveOnlyReads)),
                new HealthProbeSpec("ping", Duration.ofSeconds(2), Duration.ofMillis(20)),
                CALL_TIMEOUT,
                List.of());
    }

    /** The lines of the calls that the release got. */
    public List<String> callsOf(String label) throws IOException {
        Path calls = folder.resolve("calls-" + label);
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }
}
