type Properties = {
  readonly name: string;
  readonly label: string;
  readonly value?: string | null;
  readonly required?: boolean;
  /** How many characters the server takes. */
  readonly most?: number;
};

/** A line of text of a form, with its label. */
export function TextField({ name, label, value = null, required = false, most = 300 }: Properties) {
  return (
    <label>
      {label}
      <input type="text" name={name} defaultValue={value ?? ''} required={required} maxLength={most} autoComplete="off" />
    </label>
  );
}
