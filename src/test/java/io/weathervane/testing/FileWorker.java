package io.weathervane.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A worker in a few lines of shell that answers from files, so that a test says in JSON what it answers. A file has what
 * comes after the answer's id, as {@code "result":{}}; that of a method has the method's name, with a dot and the cursor
 * for a later page. What it has no file for it answers with the line that it was asked by: a call as
 * {@code structuredContent}, else in {@code _meta}. The arguments of a call may say otherwise:
 *
 * <ul>
 *   <li>{@code "answer":"F"} answers from the file F
 *   <li>{@code "first":"F"} writes the lines of F before the answer
 *   <li>{@code "asks":"F"} writes the line F, and answers with the client's reply
 *   <li>{@code "steps"} says how far it is, {@code "twice"} answers once more, {@code "silent"} does not answer
 * </ul>
 *
 * Notifications, and calls that it is silent about, are kept in {@code heard}.
 */
public final class FileWorker {
    private static final String SCRIPT = """
        cd "$0" || exit 1
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        file() { printf '{"jsonrpc":"2.0","id":%s,' "$id"; cat "$1"; echo '}'; }
        word() { word=${line#*"\\"$1\\":\\""}; word=${word%%'"'*}; }
        said() { answer '"result":{"content":[],"structuredContent":'"$line"'}'; }
        while IFS= read -r line; do
            id=${line#*'"id":'}; id=${id%%[,\\}]*}
            case $line in
            *'"method":"notifications/'*|*'"silent"'*) printf '%s\\n' "$line" >>heard; continue ;;
            *'"answer":"'*) word answer; file "$word"; continue ;;
            *'"first":"'*) word first; cat "$word" ;;
            *'"asks":"'*)
                word asks; cat "$word"
                while IFS= read -r line; do case $line in *'"method":"'*) ;; *) break ;; esac; done
                said; continue ;;
            *'"steps"'*)
                printf '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":%s,"progress":1}}\\n' "$id" ;;
            *'"twice"'*) said; answer '"error":{"code":1,"message":"once more"}' ;;
            esac
            page=
            case $line in *'"cursor":"'*) word cursor; page=.$word ;; esac
            word method
            case $word in
            tools/call) said ;;
            initialize) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true},"prompts":{},"resources":{"listChanged":true},"completions":{}}}' ;;
            ping) answer '"result":{}' ;;
            *)
                if [ -e "$word$page" ]; then file "$word$page"
                elif [ "$word" = server/discover ]; then answer '"error":{"code":-32601,"message":"Method not found"}'
                else answer '"result":{"prompts":[],"messages":[],"contents":[],"completion":{"values":[]},"_meta":{"line":'"$line"'}}'; fi ;;
            esac
        done
        """;

    private FileWorker() {}

    /** The command of one that answers from this folder. */
    public static List<String> command(Path folder) {
        return List.of("sh", "-c", SCRIPT, folder.toString());
    }

    /** Has it answer a method, or a call that names the file, so from now on. */
    public static void answers(Path folder, String name, String answer) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path whole = Files.writeString(folder.resolve("next"), answer);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What it was told, and was to be silent about. */
    public static List<String> heard(Path folder) throws IOException {
        Path file = folder.resolve("heard");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
