package io.weathervane.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker that behaves well, in a few lines of shell, for tests whose claim is about something else: it is ready in
 * milliseconds, where a JVM needs a quarter of a second of processor time. It lists the tools of the sample worker and answers
 * each call as that one's {@code echo} does, with its text or city, which has no escapes; {@code --label NAME} is its only switch. Asked for its
 * {@code health} it is well, so that it may be a plain worker, too.
 */
public final class EchoWorker {
    private static final String SCRIPT = """
        tool() { printf '{"name":"%s","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":%s}}' "$1" "$2"; }
        tools=$(tool get_forecast true),$(tool echo true),$(tool record_observation false)
        name=${2:-echo}
        call() {
            text=hello
            case $1 in
            *'"text":"'*) text=${1#*'"text":"'} ;;
            *'"city":"'*) text=${1#*'"city":"'} ;;
            esac
            text=${text%%'"'*}
            reply='"result":{"content":[{"type":"text","text":"{\\"text\\":\\"'$text'\\",\\"worker\\":\\"'$name'\\"}"}],'
            reply=$reply'"structuredContent":{"text":"'$text'","worker":"'$name'"},"isError":false}'
        }
        while IFS= read -r line; do
            id=${line#*'"id":'}
            case $line in
            *'"method":"notifications/'*) continue ;;
            *'"method":"initialize"'*)
                reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},'
                reply="$reply"'"serverInfo":{"name":"'$name'","version":"1"}}' ;;
            *'"method":"tools/list"'*) reply='"result":{"tools":['$tools']}' ;;
            *'"method":"tools/call"'*) call "$line" ;;
            *'"method":"ping"'*) reply='"result":{}' ;;
            *'"method":"health"'*) reply='"result":{"ok":true}' ;;
            *) reply='"error":{"code":-32601,"message":"Method not found"}' ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%%[,\\}]*}" "$reply"
        done
        """;

    private static final Path FILE = write();

    private EchoWorker() {}

    public static List<String> command(String... switches) {
        List<String> command = new ArrayList<>(List.of("sh", FILE.toString()));
        command.addAll(List.of(switches));
        return command;
    }

    private static Path write() {
        try {
            // Other users of the machine run it too.
            String name = "echo-worker-" + ProcessHandle.current().pid() + ".sh";
            Path file = Path.of("target", name).toAbsolutePath();
            file.toFile().deleteOnExit();
            return Files.writeString(file, SCRIPT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
