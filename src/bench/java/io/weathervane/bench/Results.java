package io.weathervane.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The folder of one run: a table in {@code rows.tsv}, raw values in {@code raw-*.csv}. */
record Results(Path folder) {
    /** Adds a line to the table and shows it at once. */
    void row(Row row) throws IOException {
        System.out.println("  " + row.what() + ": " + row.figure() + " | " + row.reference());
        append("rows.tsv", row.toString());
    }

    /** Keeps one value a line. */
    void raw(String name, Samples samples) throws IOException {
        Files.write(
                folder.resolve("raw-" + name + ".csv"),
                Arrays.stream(samples.values()).mapToObj(Long::toString).toList());
    }

    void append(String file, String line) throws IOException {
        Files.writeString(folder.resolve(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The table with its columns in line. */
    String table() throws IOException {
        List<Row> rows = new ArrayList<>(List.of(Row.HEAD));
        Files.readAllLines(folder.resolve("rows.tsv")).stream().map(Row::parse).forEach(rows::add);
        int columns = Row.HEAD.cells().size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.cells().get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> aligned(row, widths)).collect(Collectors.joining("\n"));
    }

    private static String aligned(Row row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.cells().get(column);
            line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
