/**
 * Where text came from. What is sent to the server may differ from the file (variables replaced, `\copy` turned
 * into COPY); the map leads each of its offsets back, so that an error is shown at its place in the file.
 */
import type { SourcePosition } from "../core/errors.ts";
import { offsetOfCharacter, positionAt } from "./position.ts";

export interface SourceText {
  /** As errors name it: relative to the project. */
  readonly file: string;
  readonly text: string;
}

export interface MappedText {
  readonly text: string;
  readonly source: SourceText;
  /** In order of `start`, without gaps; the first starts at 0. */
  readonly segments: readonly MappedSegment[];
}

export interface MappedSegment {
  /** In the mapped text. */
  readonly start: number;
  readonly sourceStart: number;
  /** Character for character as in the source; otherwise all of it stands for one place there. */
  readonly verbatim: boolean;
}

export function mapVerbatim(source: SourceText, start: number, end: number): MappedText {
  const segments = [{ start: 0, sourceStart: start, verbatim: true }];
  return { text: source.text.slice(start, end), source, segments };
}

/** Text of our own making that stands for the place `sourceStart`. */
export function mapReplacement(source: SourceText, sourceStart: number, text: string): MappedText {
  return { text, source, segments: [{ start: 0, sourceStart, verbatim: false }] };
}

export function sliceMapped(mapped: MappedText, start: number, end: number): MappedText {
  const segments = mapped.segments.flatMap((segment, index): readonly MappedSegment[] => {
    const segmentEnd = mapped.segments[index + 1]?.start ?? mapped.text.length;
    if (segmentEnd <= start || segment.start >= end) return [];
    const skipped = Math.max(0, start - segment.start);
    const sourceStart = segment.sourceStart + (segment.verbatim ? skipped : 0);
    return [{ start: Math.max(0, segment.start - start), sourceStart, verbatim: segment.verbatim }];
  });
  return { text: mapped.text.slice(start, end), source: mapped.source, segments };
}

export function joinMapped(parts: readonly MappedText[], source: SourceText): MappedText {
  const segments: MappedSegment[] = [];
  let text = "";
  for (const part of parts) {
    const offset = text.length;
    for (const segment of part.segments)
      segments.push({ ...segment, start: segment.start + offset });
    text += part.text;
  }
  return { text, source, segments };
}

function sourceOffset(mapped: MappedText, offset: number): number {
  const segment = mapped.segments.findLast((candidate) => candidate.start <= offset);
  if (segment === undefined) return mapped.segments[0]?.sourceStart ?? 0;
  return segment.sourceStart + (segment.verbatim ? offset - segment.start : 0);
}

export function sourcePosition(source: SourceText, offset: number): SourcePosition {
  return { file: source.file, ...positionAt(source.text, offset) };
}

export function locateOffset(mapped: MappedText, offset: number): SourcePosition {
  return sourcePosition(mapped.source, sourceOffset(mapped, offset));
}

/** For the position of a server's error: characters of the text that was sent, from 1. */
export function locateCharacter(mapped: MappedText, character: number): SourcePosition {
  return locateOffset(mapped, offsetOfCharacter(mapped.text, character));
}
