package io.weathervane.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A worker in a few lines of shell: starts in no time, has one tool, {@code look}, and does what it is told by its only
 * argument and by files in the folder that it runs in. {@code well} heeds none of them.
 *
 * <ul>
 *   <li>{@code canary} blocks at its start in dry run, {@code shadow} in a call, {@code restart} at its start outside of
 *       dry run, {@code promote} when it is asked for its health outside of dry run; what blocks writes its number into
 *       {@code blocked}, and nothing but SIGKILL ends it
 *   <li>{@code hold} waits there instead, while there is a file {@code hold}, and can be ended
 *   <li>{@code relists} has one tool more each time it is asked for them
 *   <li>{@code leaks} may have 60 files open, and with each call while there is a file {@code leak} it opens one, up to 53
 *       beside its own; it needs bash
 *   <li>{@code grows} takes 64 MB with each call while there is a file {@code grow}, up to 1.5 GB
 *   <li>all fail every other call while there is a file {@code bad}
 * </ul>
 */
public final class ShellWorker {
    /** Blocks for good. */
    public static final String BLOCK = "trap '' TERM; echo $$ >blocked; exec sleep 600\n";

    private static final String SCRIPT = """
            block() { %s }
            [ "$1$WVO_DRY_RUN" = canary1 ] && block
            [ "$1$WVO_DRY_RUN" = restart ] && block
            [ "$1" = leaks ] && ulimit -n 60
            tool='{"name":"look","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}'
            lists=0
            odd=0
            leaked=0
            grown=0
            call() {
                [ "$1" = shadow ] && block
                reply='"result":{"content":[{"type":"text","text":"clear"}],"isError":false}'
                [ "$1" = well ] && return
                odd=$((1 - odd))
                [ -e bad ] && [ $odd = 1 ] && reply='"error":{"code":-32000,"message":"bad"}'
                if [ "$1" = leaks ] && [ -e leak ] && [ $leaked -lt 53 ]; then
                    leaked=$((leaked + 1))
                    exec {more}<.
                fi
                if [ "$1" = grows ] && [ -e grow ] && [ $grown -lt 24 ]; then
                    grown=$((grown + 1))
                    [ -n "$piece" ] || piece=$(head -c 64000000 /dev/zero | tr '\\0' x)
                    eval "held$grown=\\$piece"
                fi
            }
            while IFS= read -r line; do
                id=${line#*'"id":'}
                reply='"error":{"code":-32601,"message":"Method not found"}'
                case $line in
                *'"method":"initialize"'*)
                    reply='"protocolVersion":"2025-11-25","capabilities":{"tools":{}}'
                    reply='"result":{'$reply',"serverInfo":{"name":"shell","version":"1"}}' ;;
                *'"method":"notifications/'*) continue ;;
                *'"method":"tools/list"'*)
                    reply='"result":{"tools":['$tool']}'
                    [ "$1" = relists ] && lists=$((lists + 1)) && tool="$tool"',{"name":"more'$lists'","inputSchema":{"type":"object"}}' ;;
                *'"method":"ping"'*)
                    [ "$1$WVO_DRY_RUN" = promote ] && block
                    [ "$1$WVO_DRY_RUN" = hold ] && while [ -e hold ]; do echo $$ >blocked; sleep 0.05; done
                    reply='"result":{}' ;;
                *'"method":"tools/call"'*) call "$1" ;;
                esac
                printf '{"jsonrpc":"2.0","id":%%s,%%s}\\n' "${id%%%%[,\\}]*}" "$reply"
            done
            """.formatted(BLOCK.strip() + ';');

    private ShellWorker() {}

    /** Puts {@code worker.sh} there. */
    public static void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("worker.sh"), SCRIPT);
    }

    /** Waits until one of this folder blocks, and returns its number. */
    public static long awaitBlocked(Path folder) throws IOException {
        Path file = folder.resolve("blocked");
        Await.until(
                "it blocks", () -> Files.exists(file) && !Files.readString(file).isBlank());
        return Long.parseLong(Files.readString(file).strip());
    }

    /** The command of one that is told this. */
    public static String command(String what) {
        return "sh worker.sh " + what;
    }
}
