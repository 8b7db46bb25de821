package org.simdloss;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** How long methods are in bytecodes, as {@code javap} prints them. */
final class Bytecode {
  private static final Pattern METHOD =
      Pattern.compile("  (?:[\\w.\\[\\]<>, ]+ )?([\\w.$]+\\(.*\\)).*;");
  private static final Pattern INSTRUCTION = Pattern.compile(" +(\\d+): (\\w+).*");

  private Bytecode() {}

  /** Of each method of a class, such as {@code slice(int, int)}. */
  static Map<String, Integer> sizes(Class<?> type) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    String method = null;
    for (String line : javap(type)) {
      Matcher instruction = INSTRUCTION.matcher(line);
      Matcher header = METHOD.matcher(line);
      if (header.matches()) {
        method = header.group(1).replaceAll("[\\w.]+\\.", "");
      } else if (line.startsWith("  static {}")) {
        method = null;
      } else if (method != null && instruction.matches()) {
        // A method ends with a return, a throw or a jump.
        int length = instruction.group(2).equals("goto") ? 3 : 1;
        sizes.put(method, Integer.parseInt(instruction.group(1)) + length);
      }
    }
    return sizes;
  }

  private static List<String> javap(Class<?> type) {
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out);
    ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
    int failed = javap.run(to, to, "-cp", folder().toString(), "-c", "-p", type.getName());
    if (failed != 0) {
      throw new IllegalStateException(out.toString());
    }
    return new ArrayList<>(out.toString().lines().toList());
  }

  private static Path folder() {
    try {
      URI at = Batch.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(at);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
