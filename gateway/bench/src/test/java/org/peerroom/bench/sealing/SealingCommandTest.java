package org.peerroom.bench.sealing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import picocli.CommandLine;

/** That everything is measured, opens, and is written down; never how fast. */
class SealingCommandTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new SealingCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private int runTiny(String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--budget", "1", "--warm-up", "0", "--members", "2,600"));
    arguments.addAll(List.of("--sizes", "256,2048", "--batch", "1,256"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(new String[0]));
  }

  @Test
  void sealing_writesFiguresTablesAndPicture() throws Exception {
    Path csv = folder.resolve("sealing.csv");
    Path svg = folder.resolve("sealing.svg");
    Path markdown = folder.resolve("sealing.md");
    int code =
        runTiny(
            "--csv", csv.toString(), "--svg", svg.toString(), "--markdown", markdown.toString());
    assertEquals(0, code, () -> err + "\n" + out);
    requireFigures(Files.readAllLines(csv));
    requirePicture(svg);
    String tables = Files.readString(markdown);
    assertTrue(tables.contains("| rekey, once after someone left |"), tables);
    assertTrue(tables.contains("| per-recipient, a lone message |"), tables);
    assertTrue(tables.contains("not up to 600"), tables);
    assertTrue(out.toString().contains(tables), "the tables are printed too");
    assertFalse(tables.contains("NaN"), tables);
  }

  private static void requireFigures(List<String> lines) {
    assertEquals(
        "operation,suite,members,message_bytes,messages,segments,units,cpu_us,wall_us,"
            + "cpu_us_per_unit,wire_bytes,wire_bytes_per_unit,runs,how,product,java,provider",
        lines.get(0));
    Set<String> keys = new HashSet<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", 17);
      assertEquals(17, cells.length, line);
      assertTrue(keys.add(String.join(",", List.of(cells).subList(0, 5))), "twice: " + line);
      assertTrue(Double.parseDouble(cells[7]) > 0, line);
      boolean refused = line.matches("(seal|open),per-recipient,600,.*");
      assertEquals(refused ? "refused" : "allowed", cells[14], line);
    }
    for (String suite : new String[] {"x-wing", "x25519", "per-recipient"}) {
      for (String operation : new String[] {"seal", "open"}) {
        for (String members : new String[] {"2", "600"}) {
          for (String publish : new String[] {"256,1", "256,256", "2048,1", "2048,256"}) {
            String key = String.join(",", operation, suite, members, publish);
            assertTrue(keys.contains(key), key);
          }
        }
      }
    }
    for (String key :
        new String[] {
          "rekey,x-wing,600,0,0",
          "rekey-step,x25519,2,0,0",
          "rekey-open,x25519,600,0,0",
          "grant,x-wing,600,0,0",
          "grant-signed,x25519,100,0,0",
          "grant-open,x-wing,0,0,0",
          "grant-open-signed,x25519,0,0,0",
          "deposit,x-wing,32,0,0",
          "deposit-open,x-wing,8,0,0",
          "calibrate-ed25519-verify,,0,0,0",
          "calibrate-x25519,,0,0,0"
        }) {
      assertTrue(keys.contains(key), key);
    }
  }

  private static void requirePicture(Path svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    // The document type that the file names is not fetched.
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document document = factory.newDocumentBuilder().parse(svg.toFile());
    assertEquals("svg", document.getDocumentElement().getTagName());
    NodeList texts = document.getElementsByTagName("text");
    Set<String> words = new HashSet<>();
    for (int i = 0; i < texts.getLength(); i++) {
      words.add(texts.item(i).getTextContent().strip());
    }
    for (String expected :
        new String[] {
          "1 ms",
          "10 ms",
          "x-wing, a lone message",
          "per-recipient, 256 at once",
          "members of the room"
        }) {
      assertTrue(words.contains(expected), () -> expected + " is not in " + words);
    }
  }

  @Test
  void sealing_countsBytesAndSegments() throws Exception {
    Path csv = folder.resolve("sealing.csv");
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--budget", "1", "--warm-up", "0", "--members", "100"));
    arguments.addAll(List.of("--sizes", "65536", "--batch", "1", "--suites", "x25519"));
    arguments.addAll(List.of("--csv", csv.toString()));
    assertEquals(0, run(arguments.toArray(new String[0])), err::toString);
    // Kind 1, topic 32, author 32, epoch 4, sequence 8, hops 1, number of slots 1; 58 for each.
    assertEquals("5879", cells(csv, "rekey,")[10]);
    // A message of 64 KiB does not fit into a segment of 64 KiB: it goes in two parts.
    assertEquals("2", cells(csv, "seal,x25519,100,65536,1,")[5]);
  }

  private static String[] cells(Path csv, String begin) throws IOException {
    return Files.readAllLines(csv).stream()
        .filter(line -> line.startsWith(begin))
        .findFirst()
        .orElseThrow()
        .split(",", 17);
  }

  @Test
  void sealing_failsWithOneLineForWhatItCannotMeasure() {
    assertEquals(2, run("--members", "1"));
    assertTrue(err.toString().startsWith("--members: 2 to 1,000,000, not 1"), err::toString);
    assertEquals(2, run("--suites", "rot13"));
    assertEquals(2, run("--sizes", "1048576", "--batch", "1024"));
    assertEquals(2, run("--csv", folder.resolve("missing").resolve("a.csv").toString()));
    assertTrue(err.toString().contains("there is no folder for "), err::toString);
  }
}
